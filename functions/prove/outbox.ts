/** Does everything that was decided to be announced stand in the outbox, and has Kafka got what was sent? */
import type { Transaction } from '#adapters/postgres/index.ts';
import { sum } from './ledger-checks.ts';
import { type Check, check } from './proof.ts';
import type { Sources } from './prove.ts';
import type { ProofOptions } from './request.ts';

/** Of updates those, too, that were removed since: all of them were sent. */
interface Outbox {
  readonly processed: number;
  readonly updates: number;
  readonly letters: number;
  readonly letters_out: number;
  readonly waiting: number;
  readonly updates_sent: number;
  readonly letters_sent: number;
}

const OUTBOX = `
  with removed as (
    select coalesce(sum(messages), 0)::bigint as removed
    from ledger.outbox_removed
    where output_topic = 'inventory_updates'
  ),
  outbox as (
    select
      count(*) filter (where topic = 'inventory_updates') as updates,
      count(*) filter (where dead_letter_id is not null) as letters_out,
      count(*) filter (where sent_at is null) as waiting,
      count(*) filter (where topic = 'inventory_updates' and sent_at is not null) as updates_sent,
      count(*) filter (where dead_letter_id is not null and sent_at is not null) as letters_sent
    from ledger.outbox
  ),
  processed as (
    select count(*) as processed from inventory.events_log where status = 'processed'
  ),
  letters as (
    select count(*) as letters
    from ledger.dead_letters
    join ledger.deliveries using (delivery_id)
    where state = 'committed'
  )
  select
    processed, letters, letters_out, waiting, letters_sent,
    updates + removed as updates,
    updates_sent + removed as updates_sent
  from outbox, removed, processed, letters`;

/** A crash may make the relay repeat what it sent, so Kafka may have more than was sent, and never less. */
export async function proveOutbox(
  { offsets }: Sources,
  transaction: Transaction,
  { settled }: ProofOptions,
): Promise<Check[]> {
  const { rows } = await transaction.query<Outbox>(OUTBOX);
  const outbox = rows[0] as Outbox;
  const onTopic = async (topic: string) => sum(await offsets(topic), ({ latest }) => latest);
  const [updates, letters] = [await onTopic('inventory_updates'), await onTopic('dlq')];
  return [
    check('outbox: every processed movement is announced', outbox.processed, outbox.updates),
    check('outbox: every dead letter is announced', outbox.letters, outbox.letters_out),
    check(
      'outbox: Kafka has every inventory update that was sent',
      outbox.updates_sent,
      Math.min(outbox.updates_sent, updates),
    ),
    check(
      'outbox: Kafka has every dead letter that was sent',
      outbox.letters_sent,
      Math.min(outbox.letters_sent, letters),
    ),
    ...(settled ? [check('outbox: drained', 0, outbox.waiting)] : []),
  ];
}
