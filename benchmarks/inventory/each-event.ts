/**
 * The naive way: each event is looked up in the log, moves the stock by one UPDATE, is logged and announced, each by itself. A crash
 * in between counts it wrongly, or announces it never.
 */
import { connectKafka } from '#adapters/kafka/index.ts';
import { openPool } from '#adapters/postgres/index.ts';
import { ownCpu } from '../cpu.ts';
import { sales } from './input.ts';

const [database = '', bootstrapServers = '', count = ''] = process.argv.slice(2);
const pool = openPool({ connectionString: database, max: 1 });
const records = sales(Number(count)).flat();
const kafka = await connectKafka({ bootstrapServers, clientId: 'benchmark' });
const producer = await kafka.producer();
await pool.query('select');

const cpu = ownCpu();
const began = performance.now();
for (const { offset, value } of records) {
  const raw = Buffer.from(value ?? []).toString();
  const { event_id, order_id, product_id, quantity, timestamp } = JSON.parse(raw);
  const seen = await pool.query('select from inventory.events_log where event_id = $1', [event_id]);
  if (seen.rowCount) continue;
  const moved = await pool.query<{ quantity_on_hand: number }>(
    `update inventory.inventory set quantity_on_hand = quantity_on_hand - $1, last_updated = now() where product_id = $2
     returning quantity_on_hand`,
    [quantity, product_id],
  );
  await pool.query(
    `insert into inventory.orders (event_id, order_id, product_id, quantity, source, timestamp)
     values ($1, $2, $3, $4, 'online_orders', $5)`,
    [event_id, order_id, product_id, quantity, timestamp],
  );
  await pool.query(
    `insert into inventory.events_log (topic, partition, kafka_offset, event_id, product_id, change, status, raw_event)
     values ('online_orders', 0, $1, $2, $3, $4, 'processed', $5)`,
    [offset, event_id, product_id, -quantity, raw],
  );
  const update = { event_id, product_id, change: -quantity, quantity_on_hand: moved.rows[0]?.quantity_on_hand };
  await producer.send('inventory_updates', [{ key: product_id, value: JSON.stringify(update) }]);
}
const wallSeconds = (performance.now() - began) / 1000;
console.log(JSON.stringify({ rows: records.length, cpuSeconds: ownCpu() - cpu, wallSeconds }));
await Promise.all([pool.end(), producer.close(), kafka.close()]);
