/** Elasticsearch: the client, bulk writes that retry what the server had no room for, and reading a whole index. */
import { setTimeout as sleep } from 'node:timers/promises';
import { Client, type ClientOptions, errors, type estypes, SniffingTransport } from '@elastic/elasticsearch';
import type { SearchConfiguration } from '../configuration.ts';
import { type Login, readLogin } from '../secrets.ts';

export type Search = Client;

export interface Document {
  readonly id: string;
  readonly source: unknown;
  /** Elasticsearch's number of the write that it is from. */
  readonly version?: number | undefined;
}

export type Write = { readonly id: string; readonly document: object } | { readonly id: string; readonly remove: true };

/** Milliseconds for an answer; the longest is that to a thousand documents, which takes a second or so. */
const ANSWERS_WITHIN_MS = 10_000;

/** The client has no such option, though its transport has it. */
class Transport extends SniffingTransport {
  constructor(options: ConstructorParameters<typeof SniffingTransport>[0]) {
    super({ ...options, retryOnTimeout: true });
  }
}

/**
 * Reads the secret each time, so a changed password, or another node, is picked up. The caller closes the client.
 *
 * A request that is not answered is repeated over another connection, since this one may be half-open: most of what we ask for
 * may be asked for twice.
 */
export async function connectSearch(
  { url, secretId }: SearchConfiguration,
  requestTimeout = ANSWERS_WITHIN_MS,
): Promise<Search> {
  const login = secretId ? loginOptions(await readLogin(secretId)) : {};
  return new Client({ ...(url !== undefined && { node: url }), Transport, requestTimeout, maxRetries: 3, ...login });
}

/** The secret of a node of our own also has the node's `url` and `ca`. */
export function loginOptions({ username, password, url, ca }: Login): Pick<ClientOptions, 'node' | 'auth' | 'tls'> {
  return { auth: { username, password }, ...(url && { node: url }), ...(ca && { tls: { ca } }) };
}

const TOO_MANY_REQUESTS = 429;
const NOT_FOUND = 404;
const BATCH = 1_000;

export interface BulkOptions {
  /** Aborts the waiting. */
  readonly signal?: AbortSignal | undefined;
  /** Milliseconds before the first retry (100); doubled for each further one while nothing is accepted. */
  readonly pause?: number;
  /** Version of what is written: the server refuses it (409) where it has a greater one. If absent, the last write wins. */
  readonly version?: number;
}

const MAX_PAUSE = 10_000;
/** In a row, without a single write accepted: about a minute. */
const MAX_REFUSALS = 11;

/**
 * Writes all; retries the items that the server had no room for (429), and only those. Idempotent: a write replaces the
 * document, and removing one that is gone does nothing.
 *
 * @returns how many items were retried
 * @throws naming the first items that the server refuses for good, after all others are written
 */
export async function writeAll(
  search: Search,
  index: string,
  writes: readonly Write[],
  { signal, pause = 100, version }: BulkOptions = {},
): Promise<number> {
  const refused: string[] = [];
  let repeated = 0;
  for (let start = 0; start < writes.length; start += BATCH) {
    let left = writes.slice(start, start + BATCH);
    for (let refusals = 0; left.length > 0; ) {
      const outcome = await writeOnce(search, index, left, { signal, version });
      refused.push(...outcome.refused);
      repeated += outcome.again.length;
      refusals = outcome.again.length < left.length ? 0 : refusals + 1;
      if (refusals === MAX_REFUSALS)
        throw new Error(
          `Elasticsearch had no room for ${left.length} writes to ${index} in ${MAX_REFUSALS} attempts (429). ` +
            'Give it more capacity, or retry when it is less busy: what is written stays written.',
        );
      left = outcome.again;
      if (left.length > 0) await sleep(Math.min(pause * 2 ** refusals, MAX_PAUSE), undefined, { signal });
    }
  }
  if (refused.length > 0)
    throw new Error(
      `Elasticsearch refused ${refused.length} of ${writes.length} writes to ${index}: ${refused.slice(0, 3).join('; ')}`,
    );
  return repeated;
}

interface Outcome {
  readonly again: Write[];
  /** A description of each. */
  readonly refused: string[];
}

async function writeOnce(
  search: Search,
  index: string,
  writes: readonly Write[],
  { signal, version }: BulkOptions,
): Promise<Outcome> {
  // Equal versions are accepted: the client repeats a request whose answer was lost.
  const versioned = version === undefined ? {} : { version, version_type: 'external_gte' as const };
  const operations = writes.flatMap((write) => {
    const target = { _id: write.id, ...versioned };
    return 'remove' in write ? [{ delete: target }] : [{ index: target }, write.document];
  });
  try {
    const { items } = await search.bulk({ index, operations }, { signal });
    return outcomeOf(writes, items);
  } catch (error) {
    // The node as a whole has no room: it has processed none of the items.
    if (error instanceof errors.ResponseError && error.statusCode === TOO_MANY_REQUESTS)
      return { again: [...writes], refused: [] };
    throw error;
  }
}

type Item = Partial<Record<estypes.BulkOperationType, estypes.BulkResponseItem>>;

/** @param items what the server answered, one for each of `writes`, in their order */
export function outcomeOf(writes: readonly Write[], items: readonly Item[]): Outcome {
  const again: Write[] = [];
  const refused: string[] = [];
  for (const [index, write] of writes.entries()) {
    const result = items[index]?.index ?? items[index]?.delete;
    const status = result?.status ?? 0;
    const done = (status >= 200 && status < 300) || ('remove' in write && status === NOT_FOUND);
    if (status === TOO_MANY_REQUESTS) again.push(write);
    else if (!done) refused.push(`${write.id}: ${reasonOf(result)}`);
  }
  return { again, refused };
}

const reasonOf = (result: estypes.BulkResponseItem | undefined): string =>
  result
    ? `status ${result.status}, ${[result.error?.reason, result.error?.caused_by?.reason].filter(Boolean).join(': ') || 'without a reason'}`
    : 'no answer';

/** The documents with these ids, as they are now; absent ones are left out. */
export async function readSome(search: Search, index: string, ids: readonly string[]): Promise<Document[]> {
  const documents: Document[] = [];
  for (let start = 0; start < ids.length; start += BATCH) {
    const { docs } = await search.mget({ index, ids: ids.slice(start, start + BATCH) });
    for (const doc of docs) {
      if ('error' in doc) throw new Error(`Elasticsearch can't read ${doc._id} of ${index}: ${doc.error.reason}`);
      if (doc.found) documents.push({ id: doc._id, source: doc._source, version: doc._version });
    }
  }
  return documents;
}

const PAGE = 5_000;

/**
 * Every document of an index as it is now, including those written a moment ago.
 *
 * @param index or alias
 * @returns undefined if there is no such index
 */
export async function readAll(search: Search, index: string): Promise<Document[] | undefined> {
  try {
    await search.indices.refresh({ index });
    // A point in time stays as it is, whatever is written while it is read.
    let { id } = await search.openPointInTime({ index, keep_alive: '1m' });
    const documents: Document[] = [];
    try {
      for (let after: estypes.SortResults | undefined; ; ) {
        const page = await search.search({
          pit: { id, keep_alive: '1m' },
          size: PAGE,
          sort: '_shard_doc',
          version: true,
          track_total_hits: false,
          ...(after && { search_after: after }),
        });
        id = page.pit_id ?? id;
        const { hits } = page.hits;
        for (const hit of hits) {
          documents.push({ id: hit._id ?? '', source: hit._source, version: hit._version });
        }
        after = hits.at(-1)?.sort;
        if (hits.length < PAGE) return documents;
      }
    } finally {
      await search.closePointInTime({ id }).catch(() => {});
    }
  } catch (error) {
    if (error instanceof errors.ResponseError && error.statusCode === NOT_FOUND) return undefined;
    throw error;
  }
}

/** Whether the server does not know such a request at all, since it was built without that module. */
export function isUnsupported(error: unknown): boolean {
  return (
    error instanceof errors.ResponseError &&
    /no handler found for uri|Incorrect HTTP method|not available/.test(error.message)
  );
}
