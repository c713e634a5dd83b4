/** Whether the outbox has every announcement, and Kafka every message that was sent. */
import type { Transaction } from '#adapters/postgres/index.ts';
import { streams as everyStream } from '#domain/streams.ts';
import { WAITING } from '../passing.ts';
import { type Check, check, faultsIn, noFaults } from '../proof.ts';
import type { Proving } from '../proving.ts';
import { query } from '../queries.ts';
import { sum } from '../sum.ts';
import type { Movements } from './movements.ts';

interface Outbox {
  readonly updates: number;
  /** Counted only if all was read. */
  readonly letters: number;
  readonly lettersOut: number;
  readonly waiting: number;
  readonly updatesSent: number;
  readonly lettersSent: number;
}

/** A crash may make the relay repeat what it sent, so Kafka may have more than was sent, and never less. */
export async function proveOutbox(
  { sources: { offsets }, transaction, options: { settled }, scope, streams }: Proving,
  movements: Movements,
): Promise<Check[]> {
  const [outbox] = (await query<Outbox>(transaction, 'outbox', [scope.all])) as [Outbox];
  const closed = scope.all ? [] : scope.partitions;
  const processed = sum(closed.filter(isMovement), ({ accepted }) => accepted) + movements.read.movements;
  const letters = scope.all ? outbox.letters : sum(streams, ({ sums }) => sums.deadLetters + sums.conflicts);
  const onTopic = async (topic: string) => sum(await offsets(topic), ({ latest }) => latest);
  const onTopics = { updates: await onTopic('inventory_updates'), letters: await onTopic('dlq') };
  return [
    check('outbox: every processed movement is announced', processed, outbox.updates),
    check('outbox: every dead letter is announced', letters, outbox.lettersOut),
    check(
      'outbox: Kafka has every inventory update that was sent',
      outbox.updatesSent,
      Math.min(outbox.updatesSent, onTopics.updates),
    ),
    check(
      'outbox: Kafka has every dead letter that was sent',
      outbox.lettersSent,
      Math.min(outbox.lettersSent, onTopics.letters),
    ),
    await redrivesCheck(transaction),
    ...(settled ? [check(WAITING.outbox, 0, outbox.waiting)] : []),
  ];
}

/** All that update-inventory accepts are movements (inventory.ts). */
const isMovement = ({ consumer }: { readonly consumer: string }): boolean =>
  consumer === everyStream.onlineOrders.consumer;

interface RedriveFault {
  /** Null if no redrive explains the message. */
  readonly dead_letter_id: number | null;
  /** Null if the redrive has none. */
  readonly outbox_id: number | null;
  readonly topic: string | null;
  readonly total: number;
}

/** What the relay sends to the shop's topics counts there as the shop's own. */
async function redrivesCheck(transaction: Transaction): Promise<Check> {
  const rows = await query<RedriveFault>(transaction, 'outbox_redrives');
  const describe = ({ dead_letter_id, outbox_id, topic }: RedriveFault) =>
    dead_letter_id === null
      ? `message ${outbox_id} for ${topic}: no redrive has put it in`
      : `dead letter ${dead_letter_id}`;
  return noFaults(
    'outbox: every redrive sends its letter’s record, or the edited value, and nothing else goes to the shop’s topics',
    faultsIn(rows, describe),
  );
}
