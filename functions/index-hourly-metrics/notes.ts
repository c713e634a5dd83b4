/** Notes of what is indexed, in payments.transformed_hours and payments.compared_index. */
import type { Transaction } from '#adapters/postgres/index.ts';
import type { Document } from '#adapters/search/index.ts';
import type { Compared } from './scope.ts';

export interface ChangedHour {
  /** "2026-01-02T03:00:00Z" */
  readonly hour: string;
  /** When it was transformed, to the microsecond, as PostgreSQL writes it. */
  readonly transformedAt: string;
}

/**
 * Hours that were transformed since they were indexed. Read them before their rows: a transformation that commits in
 * between gives them another time, and `noteIndexed` then leaves them for the next run.
 */
export async function readChanged(transaction: Transaction): Promise<ChangedHour[]> {
  const { rows } = await transaction.query<ChangedHour>(`
    select
      to_char(event_hour at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"') as hour,
      transformed_at::text as "transformedAt"
    from payments.transformed_hours
    where indexed_as_of is distinct from transformed_at
    order by transformed_hours.event_hour`);
  return rows;
}

/**
 * Marks hours as indexed. An hour that was transformed again since it was read, or is being transformed, stays for the next
 * run. Waits for no lock: a transformation that holds some of these rows may wait for others of them, which would deadlock.
 */
export async function noteIndexed(transaction: Transaction, changed: readonly ChangedHour[]): Promise<void> {
  await transaction.query(
    `update payments.transformed_hours
     set indexed_as_of = transformed_at
     where event_hour in (
       select event_hour
       from payments.transformed_hours
       join unnest($1::timestamptz[], $2::timestamptz[]) as indexed (event_hour, transformed_at)
         using (event_hour, transformed_at)
       for update of transformed_hours skip locked
     )`,
    [changed.map(({ hour }) => hour), changed.map(({ transformedAt }) => transformedAt)],
  );
}

export interface Notes {
  readonly viewMd5: string;
  readonly compared: Compared | undefined;
}

export async function readNotes(transaction: Transaction): Promise<Notes> {
  const { rows } = await transaction.query<Notes & { compared: Compared | null }>(`
    select
      md5(
        pg_get_viewdef('payments.hourly_metrics'::regclass) || pg_get_viewdef('payments.hourly_amounts'::regclass)
      ) as "viewMd5",
      (
        select jsonb_build_object(
          'indexUuid', index_uuid,
          'viewMd5', view_md5,
          'ageSeconds', extract(epoch from clock_timestamp() - compared_at)
        )
        from payments.compared_index
      ) as compared`);
  const [notes] = rows;
  if (!notes) throw new Error('Expected one row of notes from PostgreSQL, got none.');
  return { ...notes, compared: notes.compared ?? undefined };
}

export async function noteCompared(
  transaction: Transaction,
  { indexUuid, viewMd5 }: Pick<Compared, 'indexUuid' | 'viewMd5'>,
): Promise<void> {
  await transaction.query(
    `insert into payments.compared_index (index_uuid, view_md5, compared_at)
     values ($1, $2, clock_timestamp())
     on conflict (is_the_only_row) do update
     set index_uuid = excluded.index_uuid, view_md5 = excluded.view_md5, compared_at = excluded.compared_at`,
    [indexUuid, viewMd5],
  );
}

/**
 * The version of what this run writes: greater than that of any earlier run, failed ones too, and of any document that it may
 * replace. These may have a greater one from somebody else's writes, or from the clock of an earlier release.
 */
export async function takeVersion(transaction: Transaction, documents: readonly Document[]): Promise<number> {
  const greatest = documents.reduce((most, { version = 0 }) => Math.max(most, version), 0);
  const { rows } = await transaction.query<{ version: number }>(
    `select setval(
       'payments.index_versions', greatest(nextval('payments.index_versions'), $1::bigint + 1)
     ) as version`,
    [greatest],
  );
  const [taken] = rows;
  if (!taken) throw new Error('Expected a version from payments.index_versions, got none.');
  return taken.version;
}
