/** Alarms on metrics that nobody writes would never ring, and nobody would notice. */
import { readdirSync, readFileSync } from 'node:fs';
import { dirname } from 'node:path';
import type { IMetric, MetricStatConfig } from 'aws-cdk-lib/aws-cloudwatch';
import { expect, it } from 'vitest';
import { inRepository } from '#adapters/repository.ts';
import type { Counts } from '#delivery/consume.ts';
import { readConfiguration } from '#domain/configuration/read.ts';
import { streams } from '#domain/streams.ts';
import { metricsOf } from '#functions/prove/metrics.ts';
import { entryOf, type FunctionNeeds, functions } from '../config/functions.ts';
import { SERVE_CONSOLE, serveConsole } from '../config/serve-console.ts';
import { dagNames } from '../dags.ts';
import { airflow } from './airflow.ts';
import type { AlarmDefinition } from './alarm.ts';
import { lambdaFunctions } from './lambda.ts';
import { promises } from './promises.ts';

const counts: Record<keyof Counts, true> = { accepted: true, duplicates: true, rejected: true, redelivered: true };
const consumers = new Set(Object.values(streams).map(({ consumer }) => consumer as string));
const watched = { environmentName: 'prod' };

const needs = { ...functions, [SERVE_CONSOLE]: serveConsole } as Readonly<Record<string, FunctionNeeds>>;

/** The metrics that the function's code and the wrapper around it write. */
function written(service: string): string[] {
  const folder = inRepository(dirname(entryOf(service, needs[service] as FunctionNeeds)));
  const text = readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.ts'))
    .map((file) => readFileSync(`${folder}/${file}`, 'utf8'))
    .join('\n');
  const named = [...text.matchAll(/\b(?:count|seconds)\('(\w+)'/g)].map(([, name = '']) => name);
  if (consumers.has(service)) named.push(...Object.keys(counts));
  if (service === 'prove')
    named.push(...Object.keys(metricsOf({ balanced: true, all: true, checks: [], streams: {} })));
  return named;
}

/** The metrics of an alarm, those in an expression included. */
function metricsUnder(metric: IMetric): MetricStatConfig[] {
  const { metricStat, mathExpression } = metric.toMetricConfig();
  return metricStat ? [metricStat] : Object.values(mathExpression?.usingMetrics ?? {}).flatMap(metricsUnder);
}

const dimensionsOf = ({ dimensions = [] }: MetricStatConfig) =>
  Object.fromEntries(dimensions.map(({ name, value }) => [name, value]));

const standards = readConfiguration('prod', {}).values;
const alarms: readonly AlarmDefinition[] = [
  ...promises(watched, standards).alarms,
  ...lambdaFunctions({ ...watched, hasPage: true }).alarms,
];
const all = alarms.flatMap(({ metric }) => metricsUnder(metric));

it('our alarms and graphs use metrics that the functions of this environment write', () => {
  const graphs = Object.values(promises(watched, standards).graphs ?? {})
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

it('alarms on Lambda watch functions that exist', () => {
  const names = new Set([...Object.keys(functions), SERVE_CONSOLE].map((name) => `tillstream-prod-${name}`));
  for (const metric of all.filter(({ namespace }) => namespace === 'AWS/Lambda'))
    expect(names).toContain(dimensionsOf(metric).FunctionName);
});

it('what a proof of everything finds is seen for a day, whatever the hourly ones say', () => {
  const alarm = alarms.find(({ name }) => name === 'everything-unbalanced');
  expect(alarm).toMatchObject({ missing: 'as-before' });
  const [{ metricName, period } = {}] = alarm ? metricsUnder(alarm.metric) : [];
  expect([metricName, period?.toHours()]).toEqual(['EverythingUnbalanced', 24]);
  expect(metricsOf({ balanced: false, all: false, checks: [], streams: {} })).not.toHaveProperty(metricName ?? '');
});

const ofDags = (schedule: string) =>
  airflow({ ...watched, configuration: { ...standards, 'schedules.process_kafka_to_postgres': schedule } }).alarms;

it('no two alarms share a name, and each looks back at most a day, or a week in steps of an hour', () => {
  const every = [...alarms, ...ofDags('@weekly'), ...ofDags('@hourly').filter(({ name }) => name.startsWith('idle-'))];
  const names = [...alarms, ...ofDags('@hourly')].map(({ name }) => name);
  expect(new Set(names).size).toBe(names.length);
  for (const { name, metric, periods = 1 } of every) {
    const { metricStat, mathExpression } = metric.toMetricConfig();
    const seconds = metricStat?.period.toSeconds() ?? mathExpression?.period ?? 0;
    expect(seconds * periods, name).toBeGreaterThan(0);
    expect(seconds * periods, name).toBeLessThanOrEqual(seconds < 3_600 ? 86_400 : 7 * 86_400);
  }
});

it('every DAG has an alarm for a run that failed, and one for too long a time without a run that succeeded', () => {
  const minutesOf = ({ metric, periods = 1 }: AlarmDefinition) =>
    ((metric.toMetricConfig().metricStat?.period.toMinutes() ?? 0) * periods) as number;
  const idle = new Map(ofDags('@hourly').map((alarm) => [alarm.name, minutesOf(alarm)]));
  for (const dag of dagNames()) {
    expect(idle.has(`dag-${dag.replaceAll('_', '-')}`), dag).toBe(true);
    expect(idle.has(`idle-${dag.replaceAll('_', '-')}`), dag).toBe(true);
  }
  expect(idle.get('idle-orders-minio-to-postgres')).toBe(30);
  expect(idle.get('idle-process-kafka-to-postgres')).toBe(180);
  expect(idle.get('idle-curate-orders')).toBe(27 * 60);
  // Rarer than CloudWatch can look back.
  expect(ofDags('@weekly').map(({ name }) => name)).not.toContain('idle-process-kafka-to-postgres');
});
