import { requireTools } from '#localstack/install/tools.ts';
import { ownNames, ownOptions } from '#localstack/own/given.ts';
import { keptFolder } from '#localstack/stack/kept.ts';
import { portOptions } from '#localstack/stack/ports.ts';
import { seedShop } from '#simulator/seed.ts';
import { exit, UserError } from '../command.ts';
import { configured } from '../configuration.ts';
import { print } from '../print.ts';
import { home } from '../running-stack.ts';
import { openScreen, type Screen } from '../screen.ts';
import { diskWarning, freeSpace, judgeDisk } from '../start/disk.ts';
import { legend } from '../start/live.ts';
import { portNames, readOptions, type StartOptions } from '../start/options.ts';
import { parentGone } from '../start/parents.ts';
import { type Platform, startPlatform } from '../start/platform.ts';
import { round } from '../start/round.ts';
import { metersOf, noTimings, openTimings } from '../start/timings.ts';
import { watch } from '../start/watch.ts';
import { whileItRuns } from '../start/while-it-runs.ts';
import { facts } from '../table.ts';
import { describe } from './proof.ts';

export const summary = 'Run the whole backbone on this machine (npm start)';

const described = {
  '--rate N': 'orders per second (default: 200; with --once as fast as possible)',
  '--orders N': 'orders to produce (default: no limit; with --once 100,000)',
  '--seed N': 'the same seed gives the same orders (default: 1; with --keep the number of the start)',
  '--no-simulator':
    'begin with an empty shop and produce no events, only process those of others (the default with services of yours)',
  '--simulator': 'produce invented orders into a Kafka, PostgreSQL or S3 of yours too, where they stay',
  '--keep':
    'go on with the data of the last such run, and keep them when it ends; without it, all data are of this run alone',
  ...Object.fromEntries(
    ownNames.map((name) => {
      const { option, variable, takes } = ownOptions[name];
      return [
        `${option} ${takes}`,
        `use this one instead of starting one; the others keep their data (or ${variable})`,
      ];
    }),
  ),
  '--adopt':
    'take a ledger that does not say which Kafka and lake it belongs to as one of these (docs/own-services.md)',
  '--stay': 'keep running when its terminal or parent ends; without it, everything then stops',
  '--once': 'run everything once, then print the proof as one JSON object on the last line of stdout',
  '--timings': 'with --once: tell at the end how long each phase took, and the processor time of each service',
  ...Object.fromEntries(
    portNames.map((name) => {
      const { service, option, variable, standard } = portOptions[name];
      return [`${option} N`, `${service} (default: ${standard}, or ${variable})`];
    }),
  ),
};

export const usage = `
Usage: npm start [-- options]

Starts Kafka, PostgreSQL, LocalStack, Elasticsearch and Airflow, deploys the functions, and lets orders flow until Ctrl-C.

${facts(described, '  ')}

The exit code of --once is 0 if the proof is balanced, 1 if not, 2 if it failed to run. Without it a status is shown that
updates itself:

${facts(legend, '  ')}

TILLSTREAM_HOME is the folder for software and data (default: .tillstream in the project).
`;

export async function run(args: string[]): Promise<number> {
  const options = readOptions(args);
  // Before anything is started: what is wrong in it would fail one service after the other.
  configured('local');
  // With --once, stdout is for the result alone; everything else goes to stderr.
  const screen = openScreen(options.once ? process.stderr : process.stdout);
  const stop = stopSignal(options, (why) => screen.print(`Stopping${why} …`));
  const timings = options.timings ? openTimings(metersOf(home)) : noTimings;
  let platform: Platform | undefined;
  try {
    await requireTools();
    await requireDisk(screen, options.keep);
    // What this process and the services write is for this user alone. Only now: PostgreSQL's user, who may be another, must be
    // able to pass through the home, which exists by now.
    process.umask(0o077);
    platform = await timings.during(
      'services and deployment',
      startPlatform({
        home,
        ports: options.ports,
        keep: options.keep,
        own: options.own,
        adopt: options.adopt,
        signal: stop,
        report: screen.progress,
      }),
    );
    // A shop of one's own begins without foreign products.
    if (options.simulator) await seedShop(platform.pool);
    if (!options.once) {
      await watch(platform, options, screen, stop);
      return exit.ok;
    }
    const proof = await whileItRuns(platform.failed, round(platform, options, screen, stop, { timings }), stop);
    screen.print(describe(proof));
    if (options.timings) screen.print(`\n${timings.describe()}\n`);
    await platform.stop();
    print(JSON.stringify(proof));
    return proof.balanced ? exit.ok : exit.no;
  } catch (error) {
    if (stop.aborted) return options.once ? exit.failed : exit.ok;
    // A service that finds no space fails in its own words, or in none.
    const disk = await freeSpace(home).then(
      (free) => hintOfFullDisk(free, options.keep),
      () => '',
    );
    throw new UserError(`${(error as Error).message}${disk}`, { cause: error });
  } finally {
    await platform?.stop();
    // Not if nothing was started, such as beside a stack that is already running.
    if (platform || stop.aborted) screen.print('Stopped.');
  }
}

/** @throws UserError if the disk is so full that services would fail */
async function requireDisk(screen: Screen, keep: boolean): Promise<void> {
  const free = await freeSpace(home);
  const warning = diskWarning(free, home, keep ? keptFolder(home) : undefined);
  if (judgeDisk(free) === 'too little') throw new UserError(warning ?? '');
  if (warning) screen.print(warning);
}

const hintOfFullDisk = (free: number, keep: boolean): string =>
  judgeDisk(free) === 'too little' ? `\n\n${diskWarning(free, home, keep ? keptFolder(home) : undefined)}` : '';

/** Aborts at the first signal, or when who started this has gone; what comes after that changes nothing. */
function stopSignal({ stay }: StartOptions, onStop: (why: string) => void): AbortSignal {
  const controller = new AbortController();
  const stop = (cause: string, why = ''): void => {
    if (controller.signal.aborted) return;
    onStop(why);
    controller.abort(new Error(`stopped by ${cause}`));
  };
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => stop(signal));
  // Even with --stay it needs a listener, since the launcher hands it on: Node ends at a hangup otherwise, under nohup too.
  process.on('SIGHUP', () => stay || stop('SIGHUP'));
  if (!stay)
    parentGone(controller.signal).then(
      () => stop('the end of its parent', ', since what started this has ended (see --stay)'),
      () => {},
    );
  return controller.signal;
}
