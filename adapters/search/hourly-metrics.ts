/** The index of hourly metrics: one document for each row of the view payments.hourly_metrics. */
import type { estypes } from '@elastic/elasticsearch';
import { isUnsupported, readAll, type Search } from './index.ts';
import { type Definition, type OwnIndex, openIndex } from './own-index.ts';

export interface HourlyMetrics {
  /** Start of the hour, "2026-01-02T03:00:00Z"; also the document's id. */
  readonly event_hour: string;
  readonly total_transactions: number;
  /** Of all currencies and statuses: a checksum, not money. */
  readonly total_amount: number;
  readonly late_transactions: number;
  /** Share of the hour's transactions that are late, 0 to 1. */
  readonly late_ratio: number;
  /** By currency, then status. */
  readonly amounts: readonly Amount[];
}

export interface Amount {
  readonly currency: string;
  readonly status: string;
  readonly transactions: number;
  readonly amount: number;
}

/** The alias that readers use. */
export const HOURLY_METRICS = 'hourly_metrics';

export const mapping = {
  // An unknown field is an error, rather than a guess at its type.
  dynamic: 'strict',
  properties: {
    event_hour: { type: 'date' },
    total_transactions: { type: 'integer' },
    total_amount: { type: 'double' },
    late_transactions: { type: 'integer' },
    late_ratio: { type: 'float' },
    // Nested, so that an amount stays with its own currency and status.
    amounts: {
      type: 'nested',
      properties: {
        currency: { type: 'keyword' },
        status: { type: 'keyword' },
        transactions: { type: 'integer' },
        amount: { type: 'double' },
      },
    },
  },
} as const satisfies estypes.MappingTypeMapping & { properties: Record<keyof HourlyMetrics, unknown> };

/** An index that is otherwise is replaced by a new one, once that is filled. So a change here needs nothing else. */
export const definition = {
  settings: {
    'index.number_of_shards': '1',
    'index.auto_expand_replicas': '0-1',
    // A pipeline that a template or person sets would change our documents on their way in.
    'index.default_pipeline': '_none',
    'index.final_pipeline': '_none',
  },
  mappings: mapping,
} as const satisfies Definition;

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

export interface OpenedIndex extends OwnIndex {
  /** Whether the server keeps a lifecycle policy for the index; present if it is new. */
  readonly lifecycle?: boolean;
}

export async function openHourlyMetrics(search: Search, alias: string): Promise<OpenedIndex> {
  let lifecycle: boolean | undefined;
  const opened = await openIndex(search, alias, definition, async (): Promise<Definition['settings']> => {
    lifecycle = await keepLifecycle(search, alias);
    return lifecycle ? { 'index.lifecycle.name': alias } : {};
  });
  return { ...opened, ...(lifecycle !== undefined && { lifecycle }) };
}

/** @returns false if this server knows no policies */
async function keepLifecycle(search: Search, alias: string): Promise<boolean> {
  try {
    await search.ilm.putLifecycle({ name: alias, policy: lifecyclePolicy });
    return true;
  } catch (error) {
    if (isUnsupported(error)) return false;
    throw error;
  }
}

/** Reads what dashboards see. @returns an empty list if the index has never been filled */
export async function readHourlyMetrics(search: Search, alias: string = HOURLY_METRICS): Promise<HourlyMetrics[]> {
  const documents = (await readAll(search, alias)) ?? [];
  return documents.map(({ source }) => source as HourlyMetrics);
}
