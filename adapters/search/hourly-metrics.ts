/** The index of hourly metrics: one document for each row of the view payments.hourly_metrics, and what it is made of. */
import type { estypes } from '@elastic/elasticsearch';
import { isUnsupported, readAll, type Search } from './index.ts';

export interface HourlyMetrics {
  /** Start of the hour, "2026-01-02T03:00:00Z"; also the document's id. */
  readonly event_hour: string;
  readonly total_transactions: number;
  readonly total_amount: number;
  readonly late_transactions: number;
  /** Late transactions of all in that hour, 0 to 1. */
  readonly late_ratio: number;
}

/** What readers ask for. */
export const HOURLY_METRICS = 'hourly_metrics';

/** Goes up with every change of the mapping: the next run then fills a new index and turns the alias to it. */
const VERSION = 1;

export const indexOf = (alias: string): string => `${alias}-v${VERSION}`;

export const mapping = {
  // A field that is not here is an error, not a guess at its type.
  dynamic: 'strict',
  properties: {
    event_hour: { type: 'date' },
    total_transactions: { type: 'integer' },
    total_amount: { type: 'double' },
    late_transactions: { type: 'integer' },
    late_ratio: { type: 'float' },
  },
} as const satisfies estypes.MappingTypeMapping & { properties: Record<keyof HourlyMetrics, unknown> };

/** How each index of the alias is made. The policy is named only where the server knows policies. */
export const indexTemplate = (alias: string, lifecycle: boolean) => ({
  index_patterns: [`${alias}-v*`],
  version: VERSION,
  template: {
    settings: { number_of_shards: 1, auto_expand_replicas: '0-1', ...(lifecycle && { 'index.lifecycle.name': alias }) },
    mappings: mapping,
  },
});

/**
 * After a month the index is recovered after others, and its segments are merged. It is neither rolled over nor deleted:
 * a document per hour is 9,000 a year, late payments change old ones, and the index is what the view is.
 */
export const lifecyclePolicy = {
  phases: {
    hot: { actions: { set_priority: { priority: 100 } } },
    warm: { min_age: '30d', actions: { set_priority: { priority: 50 }, forcemerge: { max_num_segments: 1 } } },
  },
} as const satisfies estypes.IlmPolicy;

/**
 * Makes the index, empty and without its alias, if it is not there.
 *
 * @returns undefined if it was there; else whether the server keeps a lifecycle policy for it
 */
export async function createIndex(search: Search, alias: string): Promise<{ lifecycle: boolean } | undefined> {
  const index = indexOf(alias);
  if (await search.indices.exists({ index })) return undefined;
  const lifecycle = await search.ilm.putLifecycle({ name: alias, policy: lifecyclePolicy }).then(
    () => true,
    (error) => {
      if (isUnsupported(error)) return false;
      throw error;
    },
  );
  await search.indices.putIndexTemplate({ name: alias, ...indexTemplate(alias, lifecycle) });
  await search.indices.create({ index });
  return { lifecycle };
}

/** An index that is deleted and made anew has another one. */
export async function readUuid(search: Search, index: string): Promise<string> {
  const answer = await search.indices.getSettings({ index, name: 'index.uuid' });
  const uuid = answer[index]?.settings?.index?.uuid;
  if (!uuid) throw new Error(`Elasticsearch tells no uuid of index ${index}: ${JSON.stringify(answer).slice(0, 200)}`);
  return uuid;
}

/** Turns the alias to the index of this version, and removes those of others, all in one step for readers. */
export async function turnAlias(search: Search, alias: string): Promise<void> {
  const index = indexOf(alias);
  const behind = Object.keys(await search.indices.getAlias({ name: alias }, { ignore: [404] }).then(aliasesOf));
  if (behind.length === 1 && behind[0] === index) return;
  const others = behind.filter((name) => name !== index).map((name) => ({ remove_index: { index: name } }));
  await search.indices.updateAliases({ actions: [{ add: { index, alias } }, ...others] });
}

/** Where there is none, the answer is an error and a status, beside the indices. */
const aliasesOf = (answer: object): object => ('error' in answer ? {} : answer);

/** What dashboards see. @returns nothing if the index has never been filled */
export async function readHourlyMetrics(search: Search, alias: string = HOURLY_METRICS): Promise<HourlyMetrics[]> {
  const documents = (await readAll(search, alias)) ?? [];
  return documents.map(({ source }) => source as HourlyMetrics);
}
