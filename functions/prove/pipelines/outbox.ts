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

async function redrivesCheck(transaction: Transaction): Promise<Check> {
  const rows = await query<{ dead_letter_id: number; total: number }>(transaction, 'outbox_redrives');
  return noFaults(
    'outbox: every redrive sends its letter’s record, or the edited value',
    faultsIn(rows, ({ dead_letter_id }) => `dead letter ${dead_letter_id}`),
  );
}
