import { requireTools } from '#localstack/install/tools.ts';
import { portOptions } from '#localstack/stack/ports.ts';
import { seedShop } from '#simulator/seed.ts';
import { exit, UserError } from '../command.ts';
import { home } from '../running-stack.ts';
import { openScreen } from '../screen.ts';
import { portNames, readOptions } from '../start/options.ts';
import { type Platform, startPlatform } from '../start/platform.ts';
import { round } from '../start/round.ts';
import { watch } from '../start/watch.ts';
import { describe } from './proof.ts';

export const summary = 'Run the whole backbone on this machine (npm start)';

const ports = portNames.map((name) => {
  const { service, option, variable, standard } = portOptions[name];
  return `  ${`${option} N`.padEnd(26)}${service} (default: ${standard}, or ${variable})`;
});

export const usage = `
Usage: npm start [-- options]

Starts Kafka, PostgreSQL, LocalStack, Elasticsearch and Airflow, deploys the functions, and lets orders flow until Ctrl-C.

  --rate N                  orders per second (default: 200; with --once as fast as possible)
  --orders N                orders to produce (default: no limit; with --once 100,000)
  --seed N                  the same seed gives the same orders (default: 1)
  --no-simulator            produce no events, only process those of others
  --once                    run everything once, then print the proof as one JSON object on the last line of stdout; exit
                            code 0 if balanced, 1 if not, 2 if it failed to run
${ports.join('\n')}

TILLSTREAM_HOME is the folder for software and data (default: .tillstream in the project).
`;

export async function run(args: string[]): Promise<number> {
  const options = readOptions(args);
  // With --once, stdout is for the result alone; everything else goes to stderr.
  const screen = openScreen(options.once ? process.stderr : process.stdout);
  const stop = stopOnSignals(() => screen.print('Stopping …'));
  let platform: Platform | undefined;
  try {
    await requireTools();
    platform = await startPlatform({ home, ports: options.ports, signal: stop, report: screen.progress });
    await seedShop(platform.pool);
    if (!options.once) {
      await watch(platform, options, screen, stop);
      return exit.ok;
    }
    const proof = await Promise.race([round(platform, options, screen, stop), platform.failed]);
    screen.print(describe(proof));
    await platform.stop();
    console.log(JSON.stringify(proof));
    return proof.balanced ? exit.ok : exit.no;
  } catch (error) {
    if (stop.aborted) return options.once ? exit.failed : exit.ok;
    throw new UserError((error as Error).message, { cause: error });
  } finally {
    await platform?.stop();
    screen.print('Stopped.');
  }
}

/** The first signal asks for an orderly end, however often it comes. */
function stopOnSignals(onStop: () => void): AbortSignal {
  const controller = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const)
    process.on(signal, () => {
      if (controller.signal.aborted) return;
      onStop();
      controller.abort(new Error(`stopped by ${signal}`));
    });
  return controller.signal;
}
