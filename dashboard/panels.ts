/** The panels of the Kibana dashboard: the search of each, and how its answer is drawn. */
import type { estypes } from '@elastic/elasticsearch';
import type { HourlyMetrics } from '#adapters/search/hourly-metrics.ts';

export interface Panel {
  readonly id: string;
  readonly title: string;
  readonly description: string;
  /** Body of the search; the dashboard adds its time range. */
  readonly query: Pick<estypes.SearchRequest, 'size' | 'aggs'>;
  /** Path of the rows in the answer. */
  readonly rows: string;
  /** Vega-Lite, without its data. */
  readonly chart: object;
}

type Aggregations = Record<string, estypes.AggregationsAggregationContainer>;
type Metric = Exclude<keyof HourlyMetrics, 'event_hour' | 'amounts'>;

/** Buckets of hours or days; those without documents are left out. */
const by = (interval: 'hour' | 'day', aggs: Aggregations) => ({
  size: 0,
  aggs: { times: { date_histogram: { field: 'event_hour', calendar_interval: interval, min_doc_count: 1 }, aggs } },
});

const ROWS = 'aggregations.times.buckets';
const time = (title: string) => ({ field: 'key', type: 'temporal', title });
const value = (field: string, title: string, format: string) => ({
  field,
  type: 'quantitative',
  title,
  axis: { format },
});

/** One number per hour: an hour has one document. */
function hourly(field: Metric, mark: 'bar' | 'line', title: string, format: string) {
  const [x, y] = [time('hour'), value(`${field}.value`, title, format)];
  const tooltip = [
    { ...x, format: '%Y-%m-%d %H:%M' },
    { field: y.field, type: y.type, title, format },
  ];
  return {
    query: by('hour', { [field]: { sum: { field } } }),
    rows: ROWS,
    chart: { mark: { type: mark, ...(mark === 'line' && { point: true }) }, encoding: { x, y, tooltip } },
  };
}

const percents = [50, 95, 99];

const terms = (field: string, aggs: Aggregations) => ({ terms: { field, size: 20 }, aggs });

/** Draws the buckets of `path` a row each. */
const flattened = (path: string, as: string) => [{ calculate: `datum.${path}`, as }, { flatten: [as] }];

export const panels: readonly Panel[] = [
  {
    id: 'transactions-per-hour',
    title: 'Transactions per hour',
    description: 'Payments and refunds by the hour in which they were made.',
    ...hourly('total_transactions', 'bar', 'transactions', ',d'),
  },
  {
    id: 'amount-per-hour',
    title: 'Amount per hour',
    description: 'Sum of the amounts of each currency and status, refunds subtracted. Currencies are never added up.',
    query: by('hour', {
      amounts: {
        nested: { path: 'amounts' },
        aggs: {
          currencies: terms('amounts.currency', {
            statuses: terms('amounts.status', { amount: { sum: { field: 'amounts.amount' } } }),
          }),
        },
      },
    }),
    rows: ROWS,
    chart: {
      transform: [
        ...flattened('amounts.currencies.buckets', 'currency'),
        ...flattened('currency.statuses.buckets', 'status'),
        { calculate: "datum.currency.key + ' ' + datum.status.key", as: 'kind' },
      ],
      mark: { type: 'line', point: true, tooltip: true },
      encoding: {
        x: time('hour'),
        y: value('status.amount.value', 'amount', ',.2f'),
        color: { field: 'kind', type: 'nominal', title: 'currency and status' },
      },
    },
  },
  {
    id: 'late-ratio-per-hour',
    title: 'Late ratio per hour',
    description:
      'Share of transactions that arrived later than the configuration allows (late.after_seconds, 120 s by default).',
    ...hourly('late_ratio', 'line', 'late ratio', '.1%'),
  },
  {
    id: 'lateness-percentiles-per-day',
    title: 'Lateness percentiles per day',
    description: 'In half, 95 % and 99 % of the day’s hours the late ratio was at most this.',
    query: by('day', { late_ratio: { percentiles: { field: 'late_ratio', percents } } }),
    rows: ROWS,
    chart: {
      transform: [
        ...percents.map((percent) => ({
          calculate: `datum.late_ratio.values['${percent}.0']`,
          as: `p${percent}`,
        })),
        { fold: percents.map((percent) => `p${percent}`), as: ['percentile', 'ratio'] },
      ],
      mark: { type: 'line', point: true },
      encoding: {
        x: time('day'),
        y: value('ratio', 'late ratio', '.1%'),
        color: { field: 'percentile', type: 'nominal' },
      },
    },
  },
];
