/** Sales of a product that comes later: their letters come back by one redrive, once the product is there. */
import { randomBytes } from 'node:crypto';
import { expect, inject, test } from 'vitest';
import { connectKafka } from '#adapters/kafka/index.ts';
import { kafkaLookup } from '#adapters/kafka/lookup.ts';
import type { Apply } from '#delivery/apply.ts';
import { writeToPostgres } from '#delivery/write-to-postgres.ts';
import type { KafkaRecord } from '#domain/records.ts';
import { type Stream, streams } from '#domain/streams.ts';
import { prove } from '#functions/prove/prove.ts';
import { redrive } from '#functions/redrive-dead-letters/redrive.ts';
import { relay } from '#functions/relay-outbox/relay.ts';
import { applyMovements } from '#functions/update-inventory/apply-movements.ts';
import { updateShop } from '#functions/update-shop/update-shop.ts';
import { planRedrive } from '#operations/letters/plan.ts';
import { freshDatabase, freshLake, poolAs } from '../support/stores.ts';

test('the letters of an unknown product come back by one redrive, and the stock is right', async () => {
  const suffix = randomBytes(4).toString('hex');
  const sales: Stream = { ...streams.storeSales, topic: `sales-${suffix}`, partitions: 1 };
  const products: Stream = { ...streams.products, topic: `products-${suffix}`, partitions: 1 };
  const dlq = { topic: `dlq-${suffix}`, partitions: 1 };
  const { bootstrapServers } = inject('stack').kafka;
  const connect = () => connectKafka({ bootstrapServers, clientId: 'test-unknown-product' });
  const kafka = await connect();
  await kafka.createTopics([sales, products, dlq]);
  const pool = await freshDatabase();
  const pools = new Map<string, Awaited<ReturnType<typeof poolAs>>>();
  for (const role of ['update_inventory', 'update_shop', 'redrive_dead_letters', 'relay_outbox', 'prove'])
    pools.set(role, await poolAs(role, pool));
  const as = (role: string) => pools.get(role) ?? pool;

  async function send(stream: Stream, values: readonly object[]) {
    const producer = await kafka.producer();
    await producer.send(
      stream.topic,
      values.map((value) => ({ key: 'new', value: JSON.stringify(value), partition: 0 })),
    );
    await producer.close();
  }
  async function consume(stream: Stream, role: string, apply: Apply<Stream['event']>) {
    const records: KafkaRecord[] = [];
    const to = (await kafka.offsets(stream.topic))[0]?.latest ?? 0;
    for await (const fragment of kafka.read(stream.topic, new Map([[0, { from: 0, to }]])))
      records.push(...fragment.records);
    const write = writeToPostgres<Stream['event']>({ pool: as(role), ...kafkaLookup({ bootstrapServers }) }, apply);
    return write(stream, { topic: stream.topic, partition: 0, records }, Date.now() + 60_000);
  }
  const publish = () => relay({ pool: as('relay_outbox'), connectKafka: connect, deadline: Date.now() + 60_000 });
  const plan = () => planRedrive({ pool }, { filter: { reason: 'unknown_product' } });
  const sale = (n: number) => ({
    ...{ event_id: `e${n}`, order_id: `o${n}`, product_id: 'new', store_id: 's1' },
    ...{ quantity: n, timestamp: '2026-01-02T03:04:05Z' },
  });

  await send(sales, [sale(1), sale(2), sale(1)]);
  expect(await consume(sales, 'update_inventory', applyMovements)).toMatchObject({ accepted: 0, rejected: 3 });
  // Sent to a topic of the test's own; the plan knows the catalogue's.
  await pool.query("update ledger.outbox set topic = $1 where topic = 'dlq'", [dlq.topic]);
  await pool.query("update ledger.dead_letters set topic = 'store_sales'");
  expect((await plan()).refusedAgain).toEqual({ unknown_product: 3 });

  await send(products, [{ product_id: 'new', name: 'New', category: 'home', price: '9.99' }]);
  expect(await consume(products, 'update_shop', updateShop)).toMatchObject({ accepted: 1 });
  const { ids, refusedAgain } = await plan();
  expect(refusedAgain).toEqual({});
  await pool.query('update ledger.dead_letters set topic = $1', [sales.topic]);
  await redrive(as('redrive_dead_letters'), { dead_letter_ids: [...ids], redriven_by: 'ada', dry_run: false });
  await publish();
  expect(await consume(sales, 'update_inventory', applyMovements)).toMatchObject({
    ...{ accepted: 2, duplicates: 1, rejected: 0 },
    redelivered: 3,
  });
  expect((await pool.query('select quantity_on_hand as n from inventory.inventory')).rows).toEqual([{ n: -3 }]);

  const sources = {
    ...{ pool: as('prove'), lake: await freshLake(), hourlyMetrics: async () => [], records: kafka.read },
    offsets: async (topic: string) => (topic.endsWith(suffix) ? kafka.offsets(topic) : []),
  };
  const { checks } = await prove(sources, { depth: 'rows', settled: false }, undefined, [sales]);
  const own = checks.filter(({ name }) => /^(sales|inventory)/.test(name));
  expect(own.length).toBeGreaterThan(8);
  expect(own.filter(({ balanced }) => !balanced)).toEqual([]);
  for (const each of [...pools.values(), pool]) await each.end();
  await kafka.close();
});
