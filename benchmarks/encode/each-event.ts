/** The loop of the contenders in TypeScript: encodes each event of a folder and measures the cost. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { PartitionBatch } from '#domain/records.ts';
import { type KafkaEvent as LambdaEvent, partitionBatches } from '#lambda/kafka-event.ts';
import { ownCpu } from '../cpu.ts';
import type { KafkaRecordEvent } from '../orders.ts';

export interface KafkaEvent {
  readonly records: { readonly 'orders-0': readonly KafkaRecordEvent[] };
}

/** Takes an event apart, as our handlers do. */
export function batchOf(event: KafkaEvent): PartitionBatch {
  const [batch] = partitionBatches(event as unknown as LambdaEvent);
  if (!batch) throw new Error('Expected a batch of orders, got an event without records');
  return batch;
}

/** Runs `encode` on each event of the folder in the first argument; prints rows, bytes and CPU seconds as JSON. */
export async function eachEvent(encode: (event: KafkaEvent) => Uint8Array | Promise<Uint8Array>): Promise<void> {
  const folder = process.argv[2] ?? '.';
  const before = ownCpu();
  let [rows, bytes] = [0, 0];
  for (const name of readdirSync(folder).sort()) {
    const event = JSON.parse(readFileSync(join(folder, name), 'utf8')) as KafkaEvent;
    bytes += (await encode(event)).byteLength;
    rows += event.records['orders-0'].length;
  }
  console.log(JSON.stringify({ rows, bytes, cpuSeconds: ownCpu() - before }));
}
