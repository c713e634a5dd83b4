/** Sends dead letters back to the topic they came from, each once, by way of the outbox, and records who did it. */
import { inTransactionUntil, type Pool, type Transaction } from '#adapters/postgres/index.ts';
import { takeTurn } from '#delivery/turns.ts';
import { type Reason, Unusable } from '#domain/dead-letters.ts';
import { eventReader } from '#domain/event-reader.ts';
import { keyFault } from '#domain/keyed-records.ts';
import { catalogue } from '#domain/streams.ts';
import type { RedriveRequest } from './request.ts';

export interface Redriven {
  readonly dead_letter_id: number;
  readonly topic: string;
}

export interface RedriveResult {
  readonly redriven: readonly Redriven[];
  /** Letters that had been sent back before, and stay as they are. */
  readonly already: readonly {
    readonly dead_letter_id: number;
    readonly redriven_by: string;
    /** ISO 8601. */
    readonly redriven_at: string;
  }[];
  /** Ids without a dead letter, or whose delivery is not committed and may still be abandoned. */
  readonly unknown: readonly number[];
  /** If true, nothing was done: `redriven` says what would be. */
  readonly dry_run: boolean;
}

/** Every topic accepts it: the brokers' default limit of 1 MB, less what a record has beside its value. */
const LARGEST_EDITED_VALUE = 1_000_000;

/**
 * @param deadline when it must have ended, in milliseconds since 1970; a minute from now if absent
 * @throws if a letter without an edited value is of a record that was too large, and would be again
 * @throws if the edited value is larger than the original and than every topic accepts, or if its consumer would refuse it
 */
export function redrive(pool: Pool, request: RedriveRequest, deadline?: number): Promise<RedriveResult> {
  return inTransactionUntil(pool, deadline, async (transaction) => {
    // One at a time, so that a second redrive finds what the first has done.
    await takeTurn(transaction, 'redrive-dead-letters');
    const letters = await findLetters(transaction, request.dead_letter_ids);
    const fresh = letters.filter(({ redriven_by }) => redriven_by === null);
    const edited = request.edited_value === undefined ? null : Buffer.from(request.edited_value, 'base64');
    const allowed = Math.max(LARGEST_EDITED_VALUE, ...fresh.map(({ bytes }) => bytes));
    if (edited && edited.length > allowed)
      throw new Error(`Expected an edited value of at most ${allowed} bytes, got ${edited.length}.`);
    const stillTooLarge = edited ? [] : fresh.filter(({ reason }) => reason === TOO_LARGE);
    if (stillTooLarge.length > 0) throw tooLargeAgain(stillTooLarge);
    if (edited && fresh[0]) requireUsable(fresh[0], edited);
    if (!request.dry_run) await enqueue(transaction, fresh, request.redriven_by, edited);
    const known = new Set(letters.map(({ dead_letter_id }) => dead_letter_id));
    return {
      redriven: fresh.map(({ dead_letter_id, topic }) => ({ dead_letter_id, topic })),
      already: letters.flatMap(({ dead_letter_id, redriven_by, redriven_at }) =>
        redriven_by === null || redriven_at === null
          ? []
          : [{ dead_letter_id, redriven_by, redriven_at: redriven_at.toISOString() }],
      ),
      unknown: [...new Set(request.dead_letter_ids)].filter((id) => !known.has(id)),
      dry_run: request.dry_run,
    };
  });
}

const TOO_LARGE: Reason = 'too_large';

const tooLargeAgain = (letters: readonly Redriven[]): Error =>
  new Error(
    `Expected records that an event can hold, got those of dead letters ${letters.map(({ dead_letter_id }) => dead_letter_id).join(', ')}, ` +
      'which are too large and would be again; nothing was sent. Send each alone with an edited value: npx tillstream dead-letters ' +
      'value ID > FILE, make FILE smaller, npx tillstream redrive ID --value FILE.',
  );

/** A letter is sent back once: a slip of who mends it must not use that up, for what would only be refused again. */
function requireUsable({ topic, key }: Letter, value: Uint8Array): void {
  const stream = catalogue.find((each) => each.topic === topic);
  if (!stream) return;
  try {
    const event = eventReader(stream)(value, undefined, Date.now());
    // It goes back with the key that it has.
    const wrongKey = keyFault(stream, key, event);
    if (wrongKey) throw wrongKey;
  } catch (error) {
    if (!(error instanceof Unusable)) throw error;
    throw new Error(
      `Expected an edited value that ${stream.consumer} can use, got ${error.reason}: ${error.message}. Nothing was sent.`,
      { cause: error },
    );
  }
}

interface Letter extends Redriven {
  readonly reason: Reason;
  readonly key: Buffer | null;
  /** Size of its value. */
  readonly bytes: number;
  readonly redriven_by: string | null;
  readonly redriven_at: Date | null;
}

async function findLetters(transaction: Transaction, ids: readonly number[]): Promise<Letter[]> {
  const { rows } = await transaction.query<Letter>(
    `select dead_letter_id, letter.topic, reason, record_key as key, coalesce(octet_length(record_value), 0) as bytes, redriven_by, redriven_at
     from ledger.dead_letters as letter
     join ledger.deliveries as delivery using (delivery_id)
     left join ledger.redrives using (dead_letter_id)
     where dead_letter_id = any($1) and delivery.state = 'committed'
     order by dead_letter_id`,
    [ids],
  );
  return rows;
}

async function enqueue(transaction: Transaction, letters: readonly Letter[], by: string, edited: Buffer | null) {
  const { rowCount } = await transaction.query(ENQUEUE, [
    letters.map(({ dead_letter_id }) => dead_letter_id),
    by,
    edited,
  ]);
  if (rowCount !== letters.length)
    throw new Error(`Expected ${letters.length} dead letters to be put into the outbox, got ${rowCount}.`);
}

/** Oldest first, so that records of one key come back in their order. The n-th row inserted is that of the n-th letter. */
const ENQUEUE = `
  with letters as (
    select *, row_number() over (order by dead_letter_id) as n
    from ledger.dead_letters
    where dead_letter_id = any($1)
  ),
  put_in as (
    insert into ledger.outbox (topic, record_key, record_value, headers)
    select
      topic,
      record_key,
      coalesce($3::bytea, record_value),
      headers || jsonb_build_object(
        'name', 'tillstream-redrive',
        'value', encode(convert_to(dead_letter_id::text, 'UTF8'), 'base64')
      )
    from letters
    order by n
    returning outbox_id
  ),
  numbered as (
    select outbox_id, row_number() over (order by outbox_id) as n from put_in
  )
  insert into ledger.redrives (dead_letter_id, outbox_id, redriven_by, edited_value)
  select dead_letter_id, outbox_id, $2, $3::bytea
  from letters
  join numbered using (n)`;
