/** What pulses of the last ten minutes would have said, as far as the ledger tells exactly: latencies and dead letters, not rates. */
import { inTransactionUntil, type Pool } from '#adapters/postgres/index.ts';
import { consumedBy } from '#domain/streams.ts';
import { latestSamples } from './latest-deliveries.ts';
import { filledBy, LOADS } from './make-pulse.ts';

const MINUTES = 10;
/** Deliveries at most: those of ten minutes with sixteen commits a second. */
const DELIVERIES = 10_000;
/** A delivery to the lake is committed after its number was given, and so after others that have greater numbers. */
const PLANNED_SECONDS = 60;
const LONGEST_MS = 5_000;

interface Event {
  /** Seconds since 1970, of its commit. */
  readonly at: number;
  readonly name: string;
  readonly id: number;
  readonly latency: number | null;
  readonly letters: number;
}

/** By their keys, backwards. `since`: from when on nothing is missing. */
const RECENT = `
  with deliveries as (
    select * from ledger.deliveries order by delivery_id desc limit ${DELIVERIES}
  ),

  loads as (
    select * from ledger.loads order by delivery_id desc limit 1000
  ),

  events as (
    select
      topic as name,
      delivery_id,
      committed_at as done_at,
      committed_at - first_timestamp as latency,
      rejected as letters
    from deliveries
    where state = 'committed'
    union all
    select
      '${LOADS}',
      delivery_id,
      loaded_at,
      loaded_at - first_timestamp,
      conflicts
    from loads
    inner join ledger.deliveries using (delivery_id)
  ),

  complete as (
    select
      extract(epoch from greatest(
        now() - interval '${MINUTES} minutes',
        case when count(*) = ${DELIVERIES} then min(committed_at) + interval '${PLANNED_SECONDS} seconds' end
      ))::float8 as since
    from deliveries
  )

  select
    extract(epoch from now())::float8 as now,
    since,
    (
      select coalesce(
        json_agg(
          json_build_object(
            'at', extract(epoch from done_at),
            'name', name,
            'id', delivery_id,
            'latency', extract(epoch from latency),
            'letters', letters
          )
          order by done_at
        ),
        '[]'
      )
      from events
      where done_at >= to_timestamp(since)
    ) as events
  from complete`;

export interface Second {
  /** Seconds since 1970. */
  readonly at: number;
  readonly figures: Readonly<Record<string, number | null>>;
}

export interface Recent {
  readonly now: number;
  readonly since: number;
  readonly events: readonly Event[];
}

/** Figures of each whole second before now, as the history keeps them; undefined if PostgreSQL doesn't answer. */
export async function recall(pool: Pool): Promise<Second[] | undefined> {
  const topicsOf = Object.entries(filledBy).map(([place, consumer]) => [
    place,
    consumedBy(consumer).map(({ topic }) => topic),
  ]);
  const places = { ...Object.fromEntries(topicsOf), warehouse: [LOADS] };
  return readRecent(pool).then(
    (recent) => figuresOfRecent(recent, places),
    () => undefined,
  );
}

async function readRecent(pool: Pool): Promise<Recent> {
  const read = (transaction: Pick<Pool, 'query'>) => transaction.query<Recent>(RECENT);
  const { rows } = await inTransactionUntil(pool, Date.now() + LONGEST_MS, read, 'read only');
  return rows[0] as Recent;
}

/** @param topicsOf the topics that fill a place */
export function figuresOfRecent(
  { now, since, events }: Recent,
  topicsOf: Readonly<Record<string, readonly string[]>>,
): Second[] {
  const samples = latestSamples();
  const seconds: Second[] = [];
  const topics = new Set(Object.values(topicsOf).flat());
  let next = 0;
  for (let at = Math.ceil(since); at < Math.floor(now); at += 1) {
    let letters = 0;
    for (let event = events[next]; event && event.at < at + 1; next += 1, event = events[next]) {
      samples.add(event.name, event.at, [{ ...event, committed: 0 }]);
      if (event.at >= at) letters += event.letters;
    }
    const figures: Record<string, number | null> = { letters };
    for (const topic of topics) if (topic !== LOADS) figures[`p95.${topic}`] = samples.p95(topic);
    for (const [place, own] of Object.entries(topicsOf)) figures[`p95.${place}`] = samples.p95(...own);
    seconds.push({ at, figures });
  }
  return seconds;
}
