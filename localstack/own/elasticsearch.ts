/** An Elasticsearch that somebody else runs, instead of one that the stack starts. */
import { openPool } from '#adapters/postgres/index.ts';
import { HOURLY_METRICS } from '#adapters/search/hourly-metrics.ts';
import type { ElasticsearchService } from '../services/elasticsearch.ts';
import type { PostgresConnection } from '../services/postgres.ts';
import { runByOthers } from './run-by-others.ts';

const MAJOR = 8;

export interface OwnElasticsearch {
  readonly service: ElasticsearchService;
  /** Indices with documents behind the alias that ours is to have, or of a name that makes one ours, behind the alias or not. */
  readonly filled: readonly FilledIndex[];
}

interface FilledIndex {
  readonly name: string;
  /** An index that is made anew has another one. */
  readonly uuid: string;
}

/** @throws if it can't be used, with what was expected of it and what to do */
export async function findElasticsearch(url: string): Promise<OwnElasticsearch> {
  const found = await ask(url).catch((cause: Error) => {
    throw new Error(`Your Elasticsearch at ${url} doesn't answer: ${cause.message}.`, { cause });
  });
  if (Number.parseInt(found, 10) !== MAJOR)
    throw new Error(
      `Your Elasticsearch at ${url} is ${found}; expected ${MAJOR}.x, which the functions' client speaks.`,
    );
  return { service: { ...runByOthers('Elasticsearch'), url }, filled: await readFilled(url) };
}

/**
 * The index is made equal to what the ledger says, which would take away whatever somebody else has put there.
 *
 * @throws if it has documents, and this database does not know it as its own
 */
export async function requireOwnIndex(
  { service: { url }, filled }: OwnElasticsearch,
  database: PostgresConnection,
): Promise<void> {
  const known = await knownIndex(database);
  const foreign = filled.filter(({ uuid }) => uuid !== known);
  if (foreign.length === 0) return;
  const names = foreign.map(({ name }) => name).join(', ');
  throw new Error(
    `Your Elasticsearch at ${url} has documents in ${names}, which this ledger has not made: it would be made equal to this one's ` +
      `${HOURLY_METRICS}. Start with the ledger that it is of, or with another Elasticsearch; if nobody needs it, DELETE /${names} first.`,
  );
}

/** @returns the uuid of the index that index-hourly-metrics last compared as a whole, which it notes as it fills one */
async function knownIndex(database: PostgresConnection): Promise<string | undefined> {
  const pool = openPool({ ...database, max: 1 });
  try {
    const { rows: made } = await pool.query(
      "select from pg_tables where (schemaname, tablename) = ('payments', 'compared_index')",
    );
    if (made.length === 0) return undefined;
    const { rows } = await pool.query<{ index_uuid: string }>('select index_uuid from payments.compared_index');
    return rows[0]?.index_uuid;
  } finally {
    await pool.end();
  }
}

async function readFilled(url: string): Promise<FilledIndex[]> {
  // As openIndex looks for it; without this an alias that isn't there is an error.
  const asked = `${HOURLY_METRICS},${HOURLY_METRICS}-v*/_stats/docs?ignore_unavailable=true&expand_wildcards=all`;
  const response = await fetch(`${url}/${asked}`, { signal: AbortSignal.timeout(10_000) });
  const answer = (await response.json()) as {
    indices?: Record<string, { uuid: string; primaries: { docs?: { count: number } } }>;
  };
  if (!answer.indices)
    throw new Error(
      `Your Elasticsearch at ${url} does not say what is in ${HOURLY_METRICS}: it answers ${response.status}.`,
    );
  return (
    Object.entries(answer.indices)
      // An index of which no shard can be read says nothing of its documents.
      .filter(([, { primaries }]) => primaries.docs?.count !== 0)
      .map(([name, { uuid }]) => ({ name, uuid }))
  );
}

/** @returns its version, such as "8.19.2" */
async function ask(url: string): Promise<string> {
  const response = await fetch(url, { signal: AbortSignal.timeout(10_000) });
  const answer = (await response.json()) as { version?: { number?: string } };
  if (response.status === 401) throw new Error('it wants a login, which is not supported here');
  return answer.version?.number ?? `of no version (it answers ${response.status})`;
}
