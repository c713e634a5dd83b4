import { parseArgs } from 'node:util';
import type { Lake } from '#adapters/lake/index.ts';
import { readLines } from '#adapters/lake/json-lines.ts';
import { objectSource, readEvents } from '#adapters/lake/parquet-read.ts';
import type { Pool } from '#adapters/postgres/index.ts';
import { streams } from '#domain/streams.ts';
import { exit, UserError } from '../command.ts';
import { openRunningLake, runningStack, withDatabase, withKafka } from '../running-stack.ts';

export const summary = 'Follow one order, or one user event, from Kafka to the lake and the warehouse';

export const usage = `
Usage: npx tillstream trace ORDER_ID [--json]
       npx tillstream trace EVENT_ID [--json]

Shows every place that has the order: its record in Kafka, its delivery in the ledger, its object in the lake, its load and
its row in the warehouse, its purchase among the user events, and its dead letters. For a user event: its record, delivery
and line in bronze. It searches every bronze object for user events, which takes longer the more there are. Exit code 1 if
nothing was found.
`;

/** A place that has the order, with facts to print. */
interface Place {
  readonly place: string;
  readonly facts: Readonly<Record<string, unknown>>;
}

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

export async function run(args: string[]): Promise<number> {
  const { values, positionals } = parseArgs({ args, allowPositionals: true, options: { json: { type: 'boolean' } } });
  const [orderId] = positionals;
  if (!orderId || !UUID.test(orderId))
    throw new UserError(`Expected the UUID of an order or a user event, got ${orderId ?? 'nothing'}`);
  const stack = await runningStack();
  const lake = openRunningLake(stack);
  const places = await withDatabase(stack, async (pool) => [
    ...(await inWarehouse(pool, orderId)),
    ...(await inWaitingObjects(pool, lake, orderId)),
    ...(await inBronze(pool, lake, orderId)),
    ...(await inDeadLetters(pool, orderId)),
  ]);
  const records = await inKafka(stack.kafka.bootstrapServers, places);
  print([...records, ...places], values.json ?? false, orderId);
  return places.length > 0 ? exit.ok : exit.no;
}

async function inWarehouse(pool: Pool, orderId: string): Promise<Place[]> {
  const { rows } = await pool.query(
    `select topic, partition, kafka_offset as "offset", delivery_id, object_key, committed_at, loaded_at, run_id, to_jsonb(fact) as row
     from warehouse.fact_orders as fact
     left join ledger.deliveries using (delivery_id)
     left join ledger.loads using (delivery_id)
     where order_id = $1`,
    [orderId],
  );
  return rows.flatMap(({ topic, partition, offset, delivery_id, object_key, committed_at, loaded_at, run_id, row }) => [
    { place: 'ledger', facts: { topic, partition, offset, delivery_id, committed_at } },
    { place: 'lake', facts: { object_key } },
    { place: 'load', facts: { loaded_at, run_id } },
    { place: 'warehouse', facts: row },
  ]);
}

/** Reads only the objects that wait to be loaded: few, since a load runs every five minutes. */
async function inWaitingObjects(pool: Pool, lake: Lake, orderId: string): Promise<Place[]> {
  const { rows } = await pool.query(
    `select topic, partition, delivery_id, object_key, object_bytes, committed_at
     from ledger.deliveries
     left join ledger.loads using (delivery_id)
     where consumer = $1 and state = 'committed' and object_key is not null and loads.delivery_id is null`,
    [streams.orders.consumer],
  );
  const found: Place[] = [];
  for (const { topic, partition, delivery_id, object_key, object_bytes, committed_at } of rows) {
    for await (const group of readEvents(streams.orders.event, objectSource(lake, object_key, object_bytes)))
      for (const { offset, event } of group)
        if (event.order_id === orderId.toLowerCase())
          found.push(
            { place: 'ledger', facts: { topic, partition, offset, delivery_id, committed_at } },
            { place: 'lake', facts: { object_key, waiting: 'to be loaded' } },
          );
  }
  return found;
}

interface BronzeLine {
  readonly event_id: string;
  readonly order_id: string | null;
  readonly kafka_offset: number;
}

/** Finds every copy of a repeated event. */
async function inBronze(pool: Pool, lake: Lake, id: string): Promise<Place[]> {
  const { rows } = await pool.query(
    `select topic, partition, delivery_id, object_key, committed_at
     from ledger.deliveries
     where consumer = $1 and state = 'committed' and object_key is not null
     order by delivery_id`,
    [streams.userEvents.consumer],
  );
  const wanted = id.toLowerCase();
  const found: Place[] = [];
  for (const { object_key, ...delivery } of rows)
    for (const line of readLines(await lake.read(object_key))) {
      if (!line.includes(wanted)) continue;
      const event = JSON.parse(line) as BronzeLine;
      if (event.event_id !== wanted && event.order_id !== wanted) continue;
      found.push(
        { place: 'ledger', facts: { ...delivery, offset: event.kafka_offset } },
        { place: 'bronze', facts: { object_key, ...event } },
      );
    }
  return found;
}

/** A dead letter holds the record as it came, so the search is for the id in its bytes. */
async function inDeadLetters(pool: Pool, orderId: string): Promise<Place[]> {
  const { rows } = await pool.query(
    `select topic, partition, record_offset as "offset", dead_letter_id, reason, message, consumer
     from ledger.dead_letters
     where exists (
       select from unnest($1::text[]) as spelled where position(convert_to(spelled, 'UTF8') in record_value) > 0
     )
     order by dead_letter_id`,
    [[orderId, orderId.toLowerCase(), orderId.toUpperCase()]],
  );
  return rows.map((facts) => ({ place: 'dead letters', facts }));
}

function inKafka(bootstrapServers: string, places: readonly Place[]): Promise<Place[]> {
  return withKafka(bootstrapServers, async (kafka) => {
    const found: Place[] = [];
    for (const { facts } of places.filter(({ facts }) => facts.offset !== undefined)) {
      const { topic, partition, offset } = facts as { topic: string; partition: number; offset: number };
      const record = await kafka.record(topic, partition, offset);
      const value = record?.value ? Buffer.from(record.value).toString() : 'no longer in Kafka';
      found.push({ place: 'Kafka', facts: { topic, partition, offset, value } });
    }
    return found;
  });
}

function print(places: readonly Place[], json: boolean, orderId: string): void {
  if (json) console.log(JSON.stringify(places));
  else if (places.length === 0) console.log(`${orderId} is in no lake object, warehouse row or dead letter.`);
  else
    for (const { place, facts } of places) {
      console.log(place);
      for (const [name, fact] of Object.entries(facts))
        console.log(`  ${name.padEnd(14)}${fact instanceof Date ? fact.toISOString() : fact}`);
    }
}
