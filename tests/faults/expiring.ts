/** Records that Kafka removes before their consumer has them, what must come of it, and what a person then does. */
import { type FunctionName, functions } from '#cdk/config/functions.ts';
import type { Stream } from '#domain/streams.ts';
import { until } from '#localstack/processes/until.ts';
import { type SimulatedMessage, simulatedStreams } from '#simulator/messages.ts';
import type { Random } from '#simulator/random.ts';
import { simulate } from '#simulator/simulator.ts';
import type { Pipeline } from '../support/pipeline.ts';
import { persist } from './cannot-strike.ts';
import { noteExpired } from './topics.ts';

const WITHIN = 240_000;

/** What is to be sent, and where: plain records, each of which takes effect whatever becomes of the others. */
export function drawMessages(random: Random) {
  const stream: Stream & (typeof simulatedStreams)[number] = random.pick(simulatedStreams);
  const partition = random.integer(0, stream.partitions - 1);
  return { stream, partition, messages: plainMessages(stream.topic, random.integer(20, 200), random) };
}

function plainMessages(topic: SimulatedMessage['topic'], count: number, random: Random): SimulatedMessage[] {
  const none = { duplicates: 0, malformed: 0, late: 0, conflicts: 0, unusual: 0, unknownProducts: 0 };
  const messages: SimulatedMessage[] = [];
  for (const message of simulate({ ...none, topics: [topic], seed: random.integer(10_000_000, 1_000_000_000) })) {
    messages.push(message);
    if (messages.length === count) return messages;
  }
  return messages;
}

/** Sends the messages to one partition. @returns the offset of the first */
export async function sendTo(
  { kafka }: Pipeline,
  { topic }: Stream,
  partition: number,
  messages: readonly SimulatedMessage[],
): Promise<number> {
  const first = (await kafka.offsets(topic)).find((offsets) => offsets.partition === partition)?.latest ?? 0;
  const producer = await kafka.producer();
  await producer.send(
    topic,
    messages.map(({ key, value, headers }) => ({ key, value, headers, partition })),
  );
  await producer.close();
  return first;
}

/** The function fails from now on: its role can't log in. @returns what mends it */
export async function lockOut({ pool }: Pipeline, name: FunctionName): Promise<() => Promise<void>> {
  const role = functions[name].database;
  const may = (what: 'login' | 'nologin') =>
    persist(`${role} gets ${what}`, () => pool.query(`alter role ${role} ${what}`));
  await may('nologin');
  await pool.query('select pg_terminate_backend(pid) from pg_stat_activity where usename = $1', [role]);
  return async () => {
    await may('login');
  };
}

interface Lost {
  readonly partition: number;
  /** The offset of the first message. */
  readonly first: number;
  readonly messages: readonly SimulatedMessage[];
  /** Kafka removed what stands before it. */
  readonly removedBefore: number;
  /** How many of the messages the event source may have had already. */
  readonly mayBeThere: number;
}

/**
 * Waits until the consumer is past the messages, expects the effect of all that Kafka has not removed, and acknowledges the loss as the
 * runbook says. If the ledger says it otherwise, the verdict finds records that are lost.
 */
export async function expectLoss({ pool, call, expectation }: Pipeline, stream: Stream, lost: Lost): Promise<void> {
  const { partition, first, messages, removedBefore, mayBeThere } = lost;
  const { consumer, topic } = stream;
  const place = [consumer, topic, partition, first];
  const end = first + messages.length;
  const isPast = async () => {
    const { rows } = await pool.query<{ next_offset: number }>(
      'select next_offset from ledger.partitions where (consumer, topic, partition) = ($1, $2, $3)',
      place.slice(0, 3),
    );
    return (rows[0]?.next_offset ?? 0) >= end;
  };
  await until(isPast, { what: `${consumer} is past offset ${end} of ${topic} partition ${partition}`, within: WITHIN });
  const { rows: recorded } = await pool.query<{ loss_id: number; first_offset: number }>(
    `select loss_id, first_offset from ledger.losses
     where consumer = $1 and topic = $2 and partition = $3 and last_offset >= $4 order by loss_id`,
    place,
  );
  // A fetch was open when the event source was stopped: Kafka's answer with all of them waited for it.
  if (recorded.length === 0) return expectation.add(messages);
  const firstLost = Math.min(Math.max(recorded[0]?.first_offset ?? first, first), first + mayBeThere);
  noteExpired(topic, partition, { firstOffset: firstLost, lastOffset: removedBefore - 1 });
  expectation.add(messages.filter((_, n) => first + n < firstLost || first + n >= removedBefore));
  await persist('the losses are acknowledged', () =>
    call('acknowledge-losses', {
      loss_ids: recorded.map(({ loss_id }) => loss_id),
      acknowledged_by: 'npm run faults',
      reason: 'removed on purpose',
    }),
  );
}
