/** What Kafka has not acknowledged yet; of the outbox, its rows and the mark that it has. */
import type { Pool, Transaction } from '#adapters/postgres/index.ts';
import type { OutboxMessage } from '#delivery/messages.ts';
import type { SentMessage } from './publish.ts';

/** Limits of what is held in memory at once; the last row may exceed the bytes. */
const MOST_ROWS = 5_000;
const MOST_BYTES = 8 << 20;

/** @param except topics to leave out, since Kafka accepts none of their messages now */
export async function anyUnsent(pool: Pool, except: readonly string[]): Promise<boolean> {
  const { rows } = await pool.query<{ found: boolean }>(
    'select exists (select from ledger.waiting where topic <> all($1)) as found',
    [except],
  );
  return rows[0]?.found ?? false;
}

/** How long the oldest message has been waiting, in seconds; 0 if none is. */
export async function oldestUnsent(pool: Pool): Promise<number> {
  const { rows } = await pool.query<{ age: number }>(
    `select coalesce(extract(epoch from clock_timestamp() - min(created_at)), 0)::float8 as age
     from ledger.waiting`,
  );
  return rows[0]?.age ?? 0;
}

/** The first rows of a table that wait. */
export interface Page<Row> {
  readonly rows: Row[];
  /** The number of the first row that is left for later; undefined if none is. */
  readonly next: number | undefined;
}

/** The first unsent messages, in the order in which they must be published. */
export async function readUnsent(transaction: Transaction, except: readonly string[]): Promise<Page<OutboxMessage>> {
  const { rows } = await transaction.query<OutboxMessage & { isNext: boolean }>(READ_UNSENT, [
    except,
    MOST_ROWS,
    MOST_BYTES,
  ]);
  const next = rows.find(({ isNext }) => isNext)?.outboxId;
  return { rows: rows.filter(({ isNext }) => !isNext), next };
}

const READ_UNSENT = `
  with unsent as (
    select * from ledger.messages where sent_at is null and topic <> all($1) order by outbox_id limit $2 + 1
  ),
  sized as (
    select
      unsent.*,
      row_number() over in_order > $2
      or coalesce(
        sum(coalesce(octet_length(key), 0) + coalesce(octet_length(value), 0) + pg_column_size(headers))
          over (in_order rows between unbounded preceding and 1 preceding), 0
      ) >= $3 as is_next
    from unsent
    window in_order as (order by outbox_id)
  )
  select outbox_id as "outboxId", topic, key, value, headers, dead_letter as "deadLetter", is_next as "isNext"
  from sized
  where not is_next or outbox_id = (select min(outbox_id) from sized where is_next)
  order by outbox_id`;

export async function markSent(transaction: Transaction, rows: readonly SentMessage[]): Promise<void> {
  if (rows.length === 0) return;
  await transaction.query(
    `update ledger.outbox set
       sent_at = statement_timestamp(),
       sent_hour = (select hours from ledger.relay_hours),
       sent_partition = sent.partition,
       sent_offset = sent."offset"
     from unnest($1::bigint[], $2::integer[], $3::bigint[]) as sent (id, partition, "offset")
     where outbox_id = sent.id`,
    [
      rows.map(({ outboxId }) => outboxId),
      rows.map(({ place }) => place?.partition ?? null),
      rows.map(({ place }) => place?.offset ?? null),
    ],
  );
}
