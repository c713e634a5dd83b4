/** What an alarm is before it is made: told by data, so that the stack, the dashboard and the runbook's test can all read it. */
import { Duration } from 'aws-cdk-lib';
import { type IMetric, Metric } from 'aws-cdk-lib/aws-cloudwatch';

export interface AlarmDefinition {
  /** In kebab-case; the alarm is `tillstream-<environment>-<name>`. */
  readonly name: string;
  /** Of docs/runbook.md: what it means, how to look, how to mend. */
  readonly heading: string;
  /** One sentence for whom it wakes. */
  readonly what: string;
  readonly metric: IMetric;
  /** Alarms when the metric is this or more, or with `below` less than this. */
  readonly threshold: number;
  readonly below?: boolean;
  /** In a row. */
  readonly periods?: number;
  /** What no datapoint means: that all is well, that it is not, or that nothing changed. */
  readonly missing?: 'well' | 'alarm' | 'as-before';
}

/** Alarms that belong together on the dashboard. */
export interface Area {
  readonly title: string;
  readonly alarms: readonly AlarmDefinition[];
  /** What else helps to see, a graph for each. */
  readonly graphs?: Readonly<Record<string, readonly IMetric[]>>;
}

/** Environment and, where the area is about ours, the names that it looks for. */
export interface Watched {
  readonly environmentName: string;
}

interface Statistic {
  readonly statistic?: 'Sum' | 'Maximum' | 'Minimum' | 'Average' | 'SampleCount';
  readonly minutes?: number;
}

/** A metric that a function writes (lambda/observability.ts). */
export const ofFunction = (
  { environmentName: environment }: Watched,
  service: string,
  metricName: string,
  { statistic = 'Maximum', minutes = 60 }: Statistic = {},
): Metric =>
  new Metric({
    namespace: 'Tillstream',
    metricName,
    dimensionsMap: { environment, service },
    statistic,
    period: Duration.minutes(minutes),
    label: `${service} ${metricName}`,
  });

/** A metric that a service of AWS writes. */
export const ofService = (
  namespace: string,
  metricName: string,
  dimensionsMap: Readonly<Record<string, string>>,
  { statistic = 'Maximum', minutes = 5 }: Statistic = {},
): Metric => new Metric({ namespace, metricName, dimensionsMap, statistic, period: Duration.minutes(minutes) });

/** Where a heading of the runbook is, as GitHub makes it. */
export const runbookLink = (heading: string): string =>
  `docs/runbook.md#${heading
    .toLowerCase()
    .replace(/[^\p{L}\p{N} _-]/gu, '')
    .replaceAll(' ', '-')}`;
