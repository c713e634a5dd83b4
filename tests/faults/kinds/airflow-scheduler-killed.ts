import { readFileSync, readlinkSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { readRecord } from '#localstack/processes/process-record.ts';
import { familyOf, listProcesses, type ProcessIdentity, signalProcess } from '#localstack/processes/processes.ts';
import { type Command, type SupervisedProcess, supervise } from '#localstack/processes/supervise.ts';
import { until } from '#localstack/processes/until.ts';
import { untilSucceeded } from '#localstack/services/airflow-runs.ts';
import type { Pipeline } from '../../support/pipeline.ts';
import { CannotStrike, persist, untilMoment } from '../cannot-strike.ts';
import type { Fault } from '../fault.ts';

const DAG = 'orders_minio_to_postgres';
const SCHEDULER = 'Airflow scheduler';
const WITHIN = 240_000;

/** So that the next scheduler gives up what the killed one ran within a strike, not after five minutes. */
const SOONER = {
  AIRFLOW__SCHEDULER__TASK_INSTANCE_HEARTBEAT_TIMEOUT: '20',
  AIRFLOW__SCHEDULER__TASK_INSTANCE_HEARTBEAT_TIMEOUT_DETECTION_INTERVAL: '5',
  AIRFLOW__SCHEDULER__SCHEDULER_HEALTH_CHECK_THRESHOLD: '15',
  AIRFLOW__SCHEDULER__ORPHANED_TASKS_CHECK_INTERVAL: '10',
};

export const fault: Fault = {
  breaks: "Airflow's scheduler is killed with the task that it runs, and another one finishes the run",
  async strike(pipeline, random) {
    const { client } = pipeline.stack.services.airflow ?? {};
    if (!client) throw new CannotStrike('The stack has no Airflow.');
    const setPaused = (paused: boolean) =>
      persist(`${DAG} is ${paused ? '' : 'not '}paused`, () => client.setPaused(DAG, paused));
    const runId = `faults-${random.uuid()}`;
    const instances = () => client.taskInstances(DAG, runId);
    let scheduler: SupervisedProcess | undefined;
    try {
      await startIfEnded(pipeline);
      await setPaused(false);
      // A second attempt would be refused if the first one's answer was lost.
      await persist(`a run of ${DAG} is triggered`, () =>
        client.trigger(DAG, { runId }).catch(async (error) => {
          if ((await instances()).length === 0) throw error;
        }),
      );
      const isRunning = async () => {
        await startIfEnded(pipeline);
        return (await instances()).some(({ state }) => state === 'running');
      };
      await untilMoment(isRunning, { what: `a task of ${DAG} runs`, within: WITHIN, every: 100 });
      await delay(random.integer(0, 2_000));
      const leader = leaderOf(pipeline, SCHEDULER);
      if (!leader) throw new CannotStrike(`${SCHEDULER} has ended by itself.`);
      const command = commandOf(pipeline, leader);
      await killScheduler(pipeline, leader);
      scheduler = await supervise(command, pipeline.stack.status.runFolder);
      await untilSucceeded(client, DAG, runId, WITHIN);
    } finally {
      await setPaused(true);
      await scheduler?.stop();
    }
  },
};

/** The scheduler and the DAG processor end when PostgreSQL refuses them for seconds, and after this strike; nothing else starts them. */
async function startIfEnded(pipeline: Pipeline): Promise<void> {
  const runs = [SCHEDULER, 'Airflow dag-processor'].every((part) => leaderOf(pipeline, part));
  if (!runs) await persist('Airflow starts again', () => pipeline.stack.restart('airflow'));
}

const leaderOf = ({ stack }: Pipeline, service: string) =>
  readRecord(stack.status.runFolder).find((process) => process.service === service);

async function killScheduler(pipeline: Pipeline, leader: ProcessIdentity): Promise<void> {
  for (const process of familyOf(leader, listProcesses())) signalProcess(process, 'SIGKILL');
  // Whoever started it then tidies up.
  await until(() => leaderOf(pipeline, SCHEDULER) === undefined, { what: `${SCHEDULER} has ended`, within: WITHIN });
}

/** How the stack has started it. */
function commandOf({ stack }: Pipeline, { pid }: ProcessIdentity): Command {
  const { runFolder } = stack.status;
  const process = `/proc/${pid}`;
  const texts = (file: string) => readFileSync(join(process, file), 'utf8').split('\0').filter(Boolean);
  const [program = '', ...args] = texts('cmdline');
  const env = texts('environ').map((text) => [text.slice(0, text.indexOf('=')), text.slice(text.indexOf('=') + 1)]);
  return {
    ...{ name: SCHEDULER, command: program, args, cwd: readlinkSync(join(process, 'cwd')) },
    env: { ...Object.fromEntries(env), ...SOONER },
    logFile: join(runFolder, 'logs', 'airflow-scheduler.log'),
  };
}
