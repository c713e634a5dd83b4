/**
 * A JVM that stays for the next batch job, which then finds Spark's classes loaded and compiled. Each job still has a Python process
 * and a Spark context of its own, and only one that succeeds leaves its JVM. In EMR Serverless each has a JVM of its own.
 */
import { existsSync, readFileSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import { type SupervisedProcess, supervise, temporaryFolder } from '../processes/supervise.ts';
import { whenReady } from '../processes/when-ready.ts';
import { type SparkSubmit, submitCommand } from './spark-submit.ts';

/** A JVM holds 400 MB. The jobs of a round follow one another; the next one of an hourly schedule may start anew. */
const IDLE_MS = 120_000;
/** Py4J keeps what a Python process has not released when it ended, such as its Spark context. */
const MOST_JOBS = 20;
const KEEP = join(import.meta.dirname, 'warm', 'keep.py');
const ATTACH = join(import.meta.dirname, 'warm', 'attach.py');

export interface JvmSettings {
  readonly runFolder: string;
  /** SPARK_HOME */
  readonly sparkHome: string;
  /** Such as local[2]. */
  readonly master: string;
  readonly env: NodeJS.ProcessEnv;
  /** @param temporary the JVM's folder for temporary files */
  readonly properties: (temporary: string) => Readonly<Record<string, string>>;
  readonly signal?: AbortSignal | undefined;
}

/** What a Python process needs in its environment to use the JVM. */
export type Gateway = Readonly<Record<'PYSPARK_GATEWAY_PORT' | 'PYSPARK_GATEWAY_SECRET', string>>;

/** For one job at a time. */
export interface WarmJvm {
  /** Starts a JVM unless the last job has left one. The settings must be the same each time. */
  use(settings: JvmSettings): Promise<Gateway>;
  /** The job has succeeded: the JVM waits for the next one, unless it has had enough of them. */
  leave(): Promise<void>;
  /** Resolves when no JVM is left. */
  end(how: 'stop' | 'kill'): Promise<void>;
}

/** @param idle milliseconds that a JVM waits for the next job */
export function warmJvm({ idle = IDLE_MS, mostJobs = MOST_JOBS } = {}): WarmJvm {
  let started = 0;
  let jobs = 0;
  let running: { readonly jvm: SupervisedProcess; readonly gateway: Gateway } | undefined;
  let retiring: NodeJS.Timeout | undefined;
  let ending: Promise<unknown> = Promise.resolve();
  const end = async (how: 'stop' | 'kill'): Promise<void> => {
    clearTimeout(retiring);
    const { jvm } = running ?? {};
    running = undefined;
    // One that had no more work may still be ending.
    const all = Promise.all([ending, jvm?.[how]()]);
    ending = all.catch(() => {});
    await all;
  };
  return {
    async use(settings) {
      clearTimeout(retiring);
      if (running) return running.gateway;
      const { jvm, gateway } = await startJvm(settings, ++started);
      running = { jvm, gateway };
      jobs = 0;
      // A job that uses it then fails in its own words, and the next one starts another.
      jvm.failed.catch(() => {
        if (running?.jvm === jvm) running = undefined;
      });
      return gateway;
    },
    async leave() {
      jobs++;
      if (jobs >= mostJobs) await end('stop');
      else retiring = setTimeout(() => end('stop').catch(() => {}), idle).unref();
    },
    end,
  };
}

/** @param number of this JVM, since the one before may still be ending */
async function startJvm(
  { runFolder, sparkHome, master, env, properties, signal }: JvmSettings,
  number: number,
): Promise<{ jvm: SupervisedProcess; gateway: Gateway }> {
  const name = `Spark JVM ${number}`;
  const temporary = temporaryFolder(runFolder, name);
  const file = join(temporary, 'gateway.json');
  const keep = { entryPoint: KEEP, entryPointArguments: [file] };
  const jvm = await supervise(
    {
      name,
      command: join(sparkHome, 'bin', 'spark-submit'),
      args: submitCommand(master, properties(temporary), keep).args,
      env: { ...env, SPARK_LOCAL_DIRS: temporary },
      cwd: temporary,
      logFile: join(runFolder, 'logs', 'spark', `jvm-${number}`),
    },
    runFolder,
  );
  const ready = { what: `${name} has told its gateway`, attempt: async () => existsSync(file), signal };
  await whenReady(jvm, ready);
  return { jvm, gateway: JSON.parse(readFileSync(file, 'utf8')) as Gateway };
}

/**
 * The command that runs a job's program with the JVM.
 *
 * @param log gets what the JVM logs meanwhile
 * @param modules Python files that the program imports
 */
export const attachCommand = (
  { entryPoint, entryPointArguments = [] }: SparkSubmit,
  log: string,
  modules: readonly string[],
): { readonly args: readonly string[]; readonly env: Readonly<Record<string, string>> } => ({
  args: [ATTACH, log, entryPoint, ...entryPointArguments],
  env: { PYTHONPATH: [...new Set([entryPoint, ...modules].map(dirname))].join(delimiter), PYTHONUNBUFFERED: 'YES' },
});
