/** A kind of fault, and what kinds have in common. Each kind is a file of kinds/; its name is that of the file. */
import { setTimeout as delay } from 'node:timers/promises';
import type { KafkaConfiguration } from '#adapters/configuration.ts';
import type { KafkaConnection } from '#adapters/kafka/index.ts';
import type { Pool } from '#adapters/postgres/index.ts';
import type { FunctionName } from '#cdk/config/functions.ts';
import { familyOf, identify, listProcesses, type Process, signalProcess } from '#localstack/processes/processes.ts';
import type { RunningService } from '#localstack/processes/service.ts';
import type { ServiceName } from '#localstack/stack/services.ts';
import type { Stack } from '#localstack/stack/stack.ts';
import type { Random } from '#simulator/random.ts';
import type { Pipeline } from '../support/pipeline.ts';
import type { Behaviour } from '../support/s3-proxy.ts';
import type { ScheduledJobs } from '../support/scheduled-jobs.ts';
import { CannotStrike, moment, untilMoment } from './cannot-strike.ts';

/** What a client of a deployment can reach, wherever that runs. */
export interface Deployment extends ScheduledJobs {
  readonly kafkaAt: KafkaConfiguration;
  readonly kafka: KafkaConnection;
  /** As the database's owner. */
  readonly pool: Pool;
  /** Invokes the function and returns its result. */
  call<Result>(name: FunctionName, payload: object | Uint8Array): Promise<Result>;
  /** Changes the function, so that processes with the old configuration end. A deployment gets its description back. */
  configure(name: FunctionName, changes: { readonly Description: string }): Promise<unknown>;
}

interface Breaks {
  /** What breaks, as the end of the sentence "While records flow, …". */
  readonly breaks: string;
}

/** A fault that a client of a deployment can cause, so that it strikes one in an account too. */
export interface FaultAnywhere extends Breaks {
  readonly anywhere: true;
  /**
   * Breaks it, and repairs it. Resolves once it is repaired; whatever waited then goes on by itself.
   *
   * @throws `CannotStrike` if nothing was broken; anything else is a fault of what was broken, and ends the run. So what may
   *   rightly fail for the fault before, or for this one, is caught here or asked again
   */
  strike(deployment: Deployment, random: Random): Promise<void>;
}

/** A fault that needs the processes and proxies of a pipeline on this machine. */
interface FaultHere extends Breaks {
  readonly anywhere?: false;
  /** As above. */
  strike(pipeline: Pipeline, random: Random): Promise<void>;
}

export type Fault = FaultHere | FaultAnywhere;

const WITHIN = 120_000;

/**
 * Kills the processes of a function that are serving, a moment after one of them has begun.
 *
 * @param call makes the function work, if records alone don't; its failure is the point
 */
export async function killServing(
  { serving }: Pipeline,
  name: FunctionName,
  random: Random,
  call?: () => Promise<unknown>,
): Promise<void> {
  for (let killed = 0; killed === 0; ) {
    const called = call?.().catch(() => undefined);
    await untilMoment(() => serving(name).length > 0, { what: `${name} serves a request`, within: WITHIN, every: 2 });
    await delay(random.integer(0, 60));
    for (const { pid } of serving(name)) {
      signalPid(pid, 'SIGKILL');
      killed += 1;
    }
    await called;
  }
}

/**
 * Stops the processes of a function that are serving, for so long, and lets them go on.
 *
 * @param meanwhile gives their work to others
 */
export async function freezeServing(
  { serving }: Pipeline,
  name: FunctionName,
  milliseconds: number,
  meanwhile: () => Promise<unknown>,
): Promise<void> {
  await untilMoment(() => serving(name).length > 0, { what: `${name} serves a request`, within: WITHIN, every: 2 });
  const pids = serving(name).map(({ pid }) => pid);
  for (const pid of pids) signalPid(pid, 'SIGSTOP');
  try {
    await Promise.all([delay(milliseconds), meanwhile()]);
  } finally {
    for (const pid of pids) signalPid(pid, 'SIGCONT');
  }
}

/** A consumer that stands still while another process of it gets the same records, from an event source that began anew. */
export const freezeConsumer = (pipeline: Pipeline, name: FunctionName, random: Random): Promise<void> =>
  freezeServing(pipeline, name, random.integer(2_000, 8_000), async () => {
    await pipeline.poller.kill();
    await pipeline.poller.start();
  });

function running({ services }: Stack, name: ServiceName): RunningService {
  const service = services[name];
  if (!service) throw new Error(`Expected ${name} to run, it does not.`);
  return service;
}

/** Stops all processes of a service for so long. */
export async function freezeService({ stack }: Pipeline, name: ServiceName, milliseconds: number): Promise<void> {
  await freeze(running(stack, name).pids, milliseconds);
}

export const freeze = (leaders: readonly number[], milliseconds: number): Promise<void> =>
  whileFrozen(leaders, () => delay(milliseconds));

export async function whileFrozen(leaders: readonly number[], work: () => Promise<void>): Promise<void> {
  const family = leaders.flatMap(membersOf);
  for (const member of family) signalProcess(member, 'SIGSTOP');
  try {
    await work();
  } finally {
    for (const member of family) signalProcess(member, 'SIGCONT');
  }
}

function membersOf(pid: number): Process[] {
  const leader = identify(pid);
  return leader ? familyOf(leader, listProcesses()) : [];
}

export function signalPid(pid: number, signal: NodeJS.Signals): void {
  const found = identify(pid);
  if (found) signalProcess(found, signal);
}

/** Kills a service, leaves it away for so long, and starts it again on its data. */
export async function restartService({ stack }: Pipeline, name: ServiceName, milliseconds: number): Promise<void> {
  await running(stack, name).kill();
  await delay(milliseconds);
  await stack.restart(name);
}

/** A statement of each transaction that gives records their effect. */
const effects = [
  "set state = 'committed'",
  'insert into inventory.events_log',
  'update ledger.outbox set sent_at',
  'update ledger.announcements set sent_at',
];

export async function cutAtCommit({ postgres }: Pipeline, held: 'answer' | 'request', random: Random): Promise<void> {
  try {
    await moment(postgres.holdCommitOf(random.pick(effects), held), 'a transaction commits');
    await delay(random.integer(0, 2_000));
  } finally {
    postgres.cut();
  }
}

/** S3 misbehaves from the next object of archive-orders on, for up to so long. */
export async function misbehave({ s3 }: Pipeline, as: Behaviour, milliseconds: number): Promise<void> {
  try {
    await moment(s3.misbehave(as, Number.POSITIVE_INFINITY), 'archive-orders writes an object');
    await delay(milliseconds);
  } finally {
    s3.behave();
  }
}

/** Several do the same at once. One may keep another from it, but not all of them each other. */
export async function severalAtOnce(random: Random, work: () => Promise<unknown>): Promise<void> {
  const all = await Promise.allSettled(Array.from({ length: random.integer(2, 4) }, work));
  const [first] = all;
  if (first?.status === 'rejected' && all.every(({ status }) => status === 'rejected'))
    throw new CannotStrike(`all ${all.length} failed, the first with: ${first.reason}`);
}
