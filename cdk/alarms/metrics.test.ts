/** An alarm on a metric that nobody writes would never ring, and nobody would notice. */
import { readdirSync, readFileSync } from 'node:fs';
import type { IMetric, MetricStatConfig } from 'aws-cdk-lib/aws-cloudwatch';
import { expect, it } from 'vitest';
import type { Counts } from '#delivery/consume.ts';
import { streams } from '#domain/streams.ts';
import { metricsOf } from '#functions/prove/metrics.ts';
import { inRepository } from '../paths.ts';
import type { AlarmDefinition } from './alarm.ts';
import { lambdaFunctions } from './lambda.ts';
import { promises } from './promises.ts';

const counts: Record<keyof Counts, true> = { accepted: true, duplicates: true, rejected: true, redelivered: true };
const consumers = new Set(Object.values(streams).map(({ consumer }) => consumer as string));
const watched = { environmentName: 'prod' };

/** What the function's code writes, and the wrapper around it. */
function written(service: string): string[] {
  const folder = inRepository(`functions/${service}`);
  const text = readdirSync(folder, { encoding: 'utf8', recursive: true })
    .filter((file) => file.endsWith('.ts'))
    .map((file) => readFileSync(`${folder}/${file}`, 'utf8'))
    .join('\n');
  const named = [...text.matchAll(/\b(?:count|seconds)\('(\w+)'/g)].map(([, name = '']) => name);
  if (consumers.has(service)) named.push(...Object.keys(counts));
  if (service === 'prove') named.push(...Object.keys(metricsOf({ balanced: true, checks: [], streams: {} })));
  return named;
}

/** The metrics themselves, also of an expression. */
function metricsUnder(metric: IMetric): MetricStatConfig[] {
  const { metricStat, mathExpression } = metric.toMetricConfig();
  return metricStat ? [metricStat] : Object.values(mathExpression?.usingMetrics ?? {}).flatMap(metricsUnder);
}

const dimensionsOf = ({ dimensions = [] }: MetricStatConfig) =>
  Object.fromEntries(dimensions.map(({ name, value }) => [name, value]));

const alarms: readonly AlarmDefinition[] = [...promises(watched).alarms, ...lambdaFunctions(watched).alarms];
const all = alarms.flatMap(({ metric }) => metricsUnder(metric));

it('alarms and graphs of ours are on metrics that the functions write, of this environment', () => {
  const graphs = Object.values(promises(watched).graphs ?? {})
    .flat()
    .flatMap(metricsUnder);
  const ours = [...all, ...graphs].filter(({ namespace }) => namespace === 'Tillstream');
  expect(ours.length).toBeGreaterThan(10);
  for (const metric of ours) {
    const { environment, service, ...others } = dimensionsOf(metric);
    expect([environment, others]).toEqual(['prod', {}]);
    expect(written(service), service).toContain(metric.metricName);
  }
});

it('alarms of Lambda are on functions that there are', () => {
  const names = new Set(readdirSync(inRepository('functions')).map((name) => `tillstream-prod-${name}`));
  for (const metric of all.filter(({ namespace }) => namespace === 'AWS/Lambda'))
    expect(names).toContain(dimensionsOf(metric).FunctionName);
});

it('no two alarms have a name, and each looks back at most a day', () => {
  const names = alarms.map(({ name }) => name);
  expect(new Set(names).size).toBe(names.length);
  for (const { name, metric, periods = 1 } of alarms) {
    const { metricStat, mathExpression } = metric.toMetricConfig();
    const seconds = metricStat?.period.toSeconds() ?? mathExpression?.period ?? 0;
    expect(seconds * periods, name).toBeGreaterThan(0);
    expect(seconds * periods, name).toBeLessThanOrEqual(86_400);
  }
});
