/** Loads what is new, as the DAG orders_minio_to_postgres does every five minutes: but again at once, and for ever. */
import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { invokeAs } from '#cli/invoke.ts';
import type { Chunk } from '#functions/load-orders/list.ts';

const call = <Result>(payload: object): Promise<Result> => invokeAs({}, 'tillstream-local', 'load-orders', payload);

for (;;) {
  try {
    const { chunks } = await call<{ chunks: Chunk[] }>({ action: 'list' });
    for (const { delivery_ids } of chunks) await call({ action: 'load', delivery_ids, run_id: randomUUID() });
  } catch (error) {
    console.log(String(error)); // Airflow would try again too.
  }
  await delay(250);
}
