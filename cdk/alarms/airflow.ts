/** Alarms on Airflow: it runs, can read the DAGs, and their runs succeed. */
import { airflowName } from '../config/names.ts';
import { dagNames } from '../dags.ts';
import { type Area, ofService, type Watched } from './alarm.ts';

/** https://docs.aws.amazon.com/mwaa/latest/userguide/access-metrics-cw.html */
export function airflow({ environmentName }: Watched): Area {
  const Environment = airflowName(environmentName);
  const metric = (name: string, dimensions: Record<string, string>, statistic: 'Sum' | 'Maximum' | 'SampleCount') =>
    ofService('AmazonMWAA', name, { Environment, ...dimensions }, { statistic, minutes: 5 });
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
