/**
 * The functions update-inventory and relay-outbox, from records to the committed batch (log, orders, stock, ledger) and its announcements
 * in Kafka.
 */
import { connectKafka } from '#adapters/kafka/index.ts';
import { openPool } from '#adapters/postgres/index.ts';
import { writeToPostgres } from '#delivery/write-to-postgres.ts';
import type { KafkaRecord } from '#domain/records.ts';
import { type Stream, streams } from '#domain/streams.ts';
import { keepOpen } from '#functions/relay-outbox/keep-open.ts';
import { relay } from '#functions/relay-outbox/relay.ts';
import { applyMovements } from '#functions/update-inventory/apply-movements.ts';
import { ownCpu } from '../cpu.ts';
import { sales } from './input.ts';

/** Two partitions, so that two cores can work. */
const PARTITIONS = 2;

const [database = '', bootstrapServers = '', count = '', batch = ''] = process.argv.slice(2);
const pool = openPool({ connectionString: database });
const consume = writeToPostgres<Stream['event']>(
  {
    pool,
    earliestOffset: async () => 0,
    records: async () => undefined,
    skipped: async () => ({ tooLarge: [], earliest: 0 }),
  },
  applyMovements,
);
const connect = keepOpen(() => connectKafka({ bootstrapServers, clientId: 'benchmark' }));
const size = Number(batch);
const partitions = sales(Number(count), PARTITIONS);
await pool.query('select');

let published = 0;
let relaying: Promise<void> | undefined;
let isCalledAgain = false;

/** As Lambda does for a call that nobody waits for; of several at once, one works. */
function callRelay(): Promise<void> {
  if (relaying) isCalledAgain = true;
  relaying ??= (async () => {
    do {
      isCalledAgain = false;
      const { published: some, failures } = await relay({
        pool,
        connectKafka: connect,
        deadline: Date.now() + 600_000,
      });
      if (Object.keys(failures).length > 0) throw new Error(`Expected no failure, got ${JSON.stringify(failures)}`);
      published += some;
    } while (isCalledAgain);
    relaying = undefined;
  })();
  return relaying;
}

/** Delivers as a partition's poller does: the next batch after the previous one is done. */
async function deliver(partition: number, records: readonly KafkaRecord[]): Promise<void> {
  for (let from = 0; from < records.length; from += size) {
    const part = records.slice(from, from + size);
    await consume(streams.onlineOrders, { topic: 'online_orders', partition, records: part });
    void callRelay();
  }
}

const cpu = ownCpu();
const began = performance.now();
await Promise.all(partitions.map((records, partition) => deliver(partition, records)));
await callRelay();
const wallSeconds = (performance.now() - began) / 1000;
if (published !== Number(count)) throw new Error(`Expected ${count} announcements in Kafka, got ${published}`);
console.log(JSON.stringify({ rows: Number(count), cpuSeconds: ownCpu() - cpu, wallSeconds }));
await pool.end();
// The connection to Kafka is kept.
process.exit();
