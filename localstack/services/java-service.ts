/** A service of Java: it starts from an archive of its classes, which the first start makes of a run that serves nobody. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ARCHIVED_WITHIN, classArchive, endRehearsal } from '../install/class-archive.ts';
import { javaOptions } from '../processes/java.ts';
import { freePorts } from '../processes/ports.ts';
import type { StartContext } from '../processes/service.ts';
import { type SupervisedProcess, supervise, temporaryFolder } from '../processes/supervise.ts';
import { whenReady } from '../processes/when-ready.ts';

export interface JavaService<Options> {
  /** "Kafka" */
  readonly name: string;
  /** The folder that has the class path; the archive lies beside it. */
  readonly installed: string;
  readonly classPath: string;
  /** Options of Java; the same for each start, or the archive would not fit. */
  readonly java: readonly string[];
  /** The options of a run on these two ports. */
  onPorts(port: number, otherPort: number): Options;
  /**
   * Writes what it reads when it starts.
   *
   * @param folder for its data and configuration
   * @returns its main class and that one's arguments
   */
  prepare(folder: string, options: Options): readonly string[];
  /** In words, for the error: "Kafka answers on port 9092". */
  isReadyWhen(options: Options): string;
  /** @param log what it has written to its log since it started */
  isReady(options: Options, log: () => Promise<string>): Promise<boolean>;
}

/** Milliseconds granted to an orderly end. */
const GRACE = 6_000;

/** Starts it, on its data if there is any; resolves when it is ready. */
export async function startJavaService<Options>(
  service: JavaService<Options>,
  options: Options,
  context: StartContext,
): Promise<SupervisedProcess> {
  const { name, installed, onPorts } = service;
  context.signal?.throwIfAborted();
  const archive = await classArchive(installed, context, async (java) => {
    const [port = 0, otherPort = 0] = await freePorts(2);
    const rehearsal = `${name} rehearsal`;
    const folder = temporaryFolder(context.runFolder, rehearsal);
    const start = { name: rehearsal, folder, java, grace: ARCHIVED_WITHIN };
    await endRehearsal(await launch(service, start, onPorts(port, otherPort), context), context.signal);
  });
  context.report('starting');
  const folder = join(context.keptFolder ?? context.runFolder, name.toLowerCase());
  return launch(service, { name, folder, java: archive, grace: GRACE }, options, context);
}

interface Start {
  readonly name: string;
  readonly folder: string;
  /** More options of Java. */
  readonly java: readonly string[];
  readonly grace: number;
}

async function launch<Options>(
  { classPath, java, prepare, isReadyWhen, isReady }: JavaService<Options>,
  { name, folder, java: more, grace }: Start,
  options: Options,
  { runFolder, signal }: StartContext,
): Promise<SupervisedProcess> {
  const program = prepare(folder, options);
  const logFile = join(runFolder, 'logs', `${name.toLowerCase().replaceAll(' ', '-')}.log`);
  const logStart = (await readText(logFile)).length;
  const jvm = [...java, ...more, ...javaOptions(temporaryFolder(runFolder, name))];
  const started = await supervise(
    {
      name,
      command: 'java',
      args: [...jvm, '-cp', classPath, ...program],
      env: { PATH: process.env.PATH, JAVA_HOME: process.env.JAVA_HOME, LC_ALL: 'C.UTF-8' },
      cwd: folder,
      logFile,
      grace,
    },
    runFolder,
  );
  const log = async () => (await readText(logFile)).slice(logStart);
  await whenReady(started, { what: isReadyWhen(options), signal, attempt: () => isReady(options, log) });
  return started;
}

const readText = (file: string): Promise<string> => readFile(file, 'latin1').catch(() => '');
