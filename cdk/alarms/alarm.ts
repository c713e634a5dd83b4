/** Alarms as data, which the stack, the dashboard and the runbook's test all read. */
import { Duration } from 'aws-cdk-lib';
import { type IMetric, Metric } from 'aws-cdk-lib/aws-cloudwatch';

export interface AlarmDefinition {
  /** In kebab-case; the alarm is `tillstream-<environment>-<name>`. */
  readonly name: string;
  /** The heading in docs/runbook.md: what the alarm means, how to look, how to mend. */
  readonly heading: string;
  /** One sentence for the person it wakes. */
  readonly what: string;
  readonly metric: IMetric;
  /** The alarm rises when the metric is this or more; with `below`, when it is less. */
  readonly threshold: number;
  readonly below?: boolean;
  /** In a row. */
  readonly periods?: number;
  /** Whether a missing datapoint counts as good, as bad, or as no change. */
  readonly missing?: 'well' | 'alarm' | 'as-before';
}

/** Alarms that belong together on the dashboard. */
export interface Area {
  readonly title: string;
  readonly alarms: readonly AlarmDefinition[];
  /** Further metrics that help, one graph each. */
  readonly graphs?: Readonly<Record<string, readonly IMetric[]>>;
}

/** The environment, and the names of the resources that the area watches. */
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

/** A metric that an AWS service writes. */
export const ofService = (
  namespace: string,
  metricName: string,
  dimensionsMap: Readonly<Record<string, string>>,
  { statistic = 'Maximum', minutes = 5 }: Statistic = {},
): Metric => new Metric({ namespace, metricName, dimensionsMap, statistic, period: Duration.minutes(minutes) });

/** The link to a heading of the runbook, with the anchor that GitHub makes. */
export const runbookLink = (heading: string): string =>
  `docs/runbook.md#${heading
    .toLowerCase()
    .replace(/[^\p{L}\p{N} _-]/gu, '')
    .replaceAll(' ', '-')}`;
