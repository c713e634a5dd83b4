/** Whether the outbox has every announcement, and Kafka every message that was sent. */
import type { Transaction } from '#adapters/postgres/index.ts';
import { type Check, check, faultsIn, noFaults } from '../proof.ts';
import { query } from '../queries.ts';
import type { ProofOptions } from '../request.ts';
import type { Sources } from '../sources.ts';
import { sum } from '../sum.ts';

interface Outbox {
  readonly processed: number;
  readonly updates: number;
  readonly letters: number;
  readonly lettersOut: number;
  readonly waiting: number;
  readonly updatesSent: number;
  readonly lettersSent: number;
}

/** A crash may make the relay repeat what it sent, so Kafka may have more than was sent, and never less. */
export async function proveOutbox(
  { offsets }: Sources,
  transaction: Transaction,
  { settled }: ProofOptions,
): Promise<Check[]> {
  const [outbox] = (await query<Outbox>(transaction, 'outbox')) as [Outbox];
  const onTopic = async (topic: string) => sum(await offsets(topic), ({ latest }) => latest);
  const [updates, letters] = [await onTopic('inventory_updates'), await onTopic('dlq')];
  return [
    check('outbox: every processed movement is announced', outbox.processed, outbox.updates),
    check('outbox: every dead letter is announced', outbox.letters, outbox.lettersOut),
    check(
      'outbox: Kafka has every inventory update that was sent',
      outbox.updatesSent,
      Math.min(outbox.updatesSent, updates),
    ),
    check(
      'outbox: Kafka has every dead letter that was sent',
      outbox.lettersSent,
      Math.min(outbox.lettersSent, letters),
    ),
    await redrivesCheck(transaction),
    ...(settled ? [check('outbox: drained', 0, outbox.waiting)] : []),
  ];
}

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
