/** Alarms on Airflow: it runs, can read the DAGs, and each is run and succeeds. */

import type { Configuration } from '#domain/configuration/keys.ts';
import { longestGapMinutes } from '#domain/schedule.ts';
import { airflowName } from '../config/names.ts';
import { dagNames, schedules } from '../dags.ts';
import { type Area, ofService, type Watched } from './alarm.ts';

/** https://docs.aws.amazon.com/mwaa/latest/userguide/access-metrics-cw.html */
export function airflow({ environmentName, configuration }: Watched & { readonly configuration: Configuration }): Area {
  const Environment = airflowName(environmentName);
  const metric = (
    name: string,
    dimensions: Record<string, string>,
    statistic: 'Sum' | 'Maximum' | 'SampleCount',
    minutes = 5,
  ) => ofService('AmazonMWAA', name, { Environment, ...dimensions }, { statistic, minutes });
  return {
    title: 'Airflow',
    alarms: [
      ...dagNames().map((dag) => ({
        name: `dag-${dag.replaceAll('_', '-')}`,
        heading: 'A DAG run failed',
        what: `A run of ${dag} failed, after its retries.`,
        // Airflow writes one duration for each failed run, so the samples count the failures.
        metric: metric('DAGDurationFailed', { DAG: dag }, 'SampleCount'),
        threshold: 1,
      })),
      ...[...schedules(configuration)].flatMap(([dag, schedule]) => {
        const periods = periodsWithout(longestGapMinutes(schedule));
        if (!periods) return [];
        return {
          name: `idle-${dag.replaceAll('_', '-')}`,
          heading: 'A scheduled job does not run',
          what: `No run of ${dag} has succeeded for ${periods.count * periods.minutes} minutes.`,
          metric: metric('DAGDurationSuccess', { DAG: dag }, 'SampleCount', periods.minutes),
          threshold: 1,
          below: true,
          periods: periods.count,
          missing: 'alarm' as const,
        };
      }),
      {
        name: 'airflow-scheduler',
        heading: 'Airflow does not schedule',
        what: "Airflow's scheduler has sent no heartbeat for 15 minutes.",
        metric: metric('SchedulerHeartbeat', { Function: 'Scheduler' }, 'Sum'),
        threshold: 1,
        below: true,
        periods: 3,
        missing: 'alarm',
      },
      {
        name: 'airflow-import-errors',
        heading: 'A DAG cannot be read',
        what: 'Airflow could not import a DAG, which no longer runs.',
        metric: metric('ImportErrors', { Function: 'DAG Processing' }, 'Maximum'),
        threshold: 1,
        periods: 3,
      },
    ],
    graphs: { Tasks: ['QueuedTasks', 'RunningTasks'].map((name) => metric(name, { Function: 'Executor' }, 'Maximum')) },
  };
}

const WEEK_MINUTES = 7 * 1_440;

/**
 * How long a DAG may be without a run that succeeds: half an hour, or two intervals and an hour. CloudWatch looks back at most a
 * week, in periods of an hour: https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutMetricAlarm.html
 */
function periodsWithout(everyMinutes: number): { readonly count: number; readonly minutes: number } | undefined {
  if (everyMinutes <= 15) return { count: 1, minutes: 30 };
  const count = Math.ceil((everyMinutes + Math.min(everyMinutes, 120)) / 60) + 1;
  return count * 60 > WEEK_MINUTES ? undefined : { count, minutes: 60 };
}
