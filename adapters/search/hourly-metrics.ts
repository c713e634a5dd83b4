/** The index of hourly metrics and its settings: one document for each row of the view payments.hourly_metrics. */
import type { estypes } from '@elastic/elasticsearch';
import { isUnsupported, readAll, type Search } from './index.ts';

export interface HourlyMetrics {
  /** Start of the hour, "2026-01-02T03:00:00Z"; also the document's id. */
  readonly event_hour: string;
  readonly total_transactions: number;
  readonly total_amount: number;
  readonly late_transactions: number;
  /** Share of the hour's transactions that are late, 0 to 1. */
  readonly late_ratio: number;
}

/** The alias that readers use. */
export const HOURLY_METRICS = 'hourly_metrics';

/** Raise it with every change of the mapping: the next run then fills a new index and switches the alias to it. */
const VERSION = 1;

export const indexOf = (alias: string): string => `${alias}-v${VERSION}`;

export const mapping = {
  // An unknown field is an error, rather than a guess at its type.
  dynamic: 'strict',
  properties: {
    event_hour: { type: 'date' },
    total_transactions: { type: 'integer' },
    total_amount: { type: 'double' },
    late_transactions: { type: 'integer' },
    late_ratio: { type: 'float' },
  },
} as const satisfies estypes.MappingTypeMapping & { properties: Record<keyof HourlyMetrics, unknown> };

/** The template of the alias's indices. It names the policy only where the server has policies. */
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
 * a document per hour makes 9,000 a year, late payments change old ones, and the index must equal the view.
 */
export const lifecyclePolicy = {
  phases: {
    hot: { actions: { set_priority: { priority: 100 } } },
    warm: { min_age: '30d', actions: { set_priority: { priority: 50 }, forcemerge: { max_num_segments: 1 } } },
  },
} as const satisfies estypes.IlmPolicy;

/**
 * Creates the index, empty and without its alias, if it does not exist.
 *
 * @returns undefined if it existed; else whether the server keeps a lifecycle policy for it
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

/** Identifies the index: one that is deleted and created again has another UUID. */
export async function readUuid(search: Search, index: string): Promise<string> {
  const answer = await search.indices.getSettings({ index, name: 'index.uuid' });
  const uuid = answer[index]?.settings?.index?.uuid;
  if (!uuid)
    throw new Error(
      `Expected a uuid of index ${index} from Elasticsearch, got ${JSON.stringify(answer).slice(0, 200)}`,
    );
  return uuid;
}

/** Switches the alias to this version's index and removes the indices of others, in one step for readers. */
export async function switchAlias(search: Search, alias: string): Promise<void> {
  const index = indexOf(alias);
  const behind = Object.keys(await search.indices.getAlias({ name: alias }, { ignore: [404] }).then(aliasesOf));
  if (behind.length === 1 && behind[0] === index) return;
  const others = behind.filter((name) => name !== index).map((name) => ({ remove_index: { index: name } }));
  await search.indices.updateAliases({ actions: [{ add: { index, alias } }, ...others] });
}

/** If there is no alias, the answer has an error and a status beside the indices. */
const aliasesOf = (answer: object): object => ('error' in answer ? {} : answer);

/** Reads what dashboards see. @returns an empty list if the index has never been filled */
export async function readHourlyMetrics(search: Search, alias: string = HOURLY_METRICS): Promise<HourlyMetrics[]> {
  const documents = (await readAll(search, alias)) ?? [];
  return documents.map(({ source }) => source as HourlyMetrics);
}
