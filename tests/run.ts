/**
 * `npm test`: runs every part, several at a time; ends with a table and one line that counts all tests.
 *
 *   npm test                          every part
 *   npm test -- unit cloud            these parts
 *   npm test -- integration ledger    the test files of a part whose path contains this word; if `npm start` is running,
 *                                     they use its stack
 */
import { availableParallelism, totalmem } from 'node:os';
import { inRepository, repositoryRoot, stackHome } from '#adapters/repository.ts';
import { isProject, type PartName, testFiles } from './runner/parts.ts';
import { type Request, readRequest } from './runner/request.ts';
import { runPart } from './runner/run-part.ts';
import { findRunningStack } from './runner/running-stack.ts';
import { withoutShop } from './runner/settings.ts';
import { sideBySide } from './runner/side-by-side.ts';
import { type PartResult, summary } from './runner/summary.ts';
import { RUNNING_HOME } from './stack.ts';

/** Three parts with Airflow and Spark take 10 GB or so at once. */
const ENOUGH_FOR_ONE_MORE = 12 * 2 ** 30;

/** What a container may use of the machine's; zero or more than there is if it may use all. */
const memory = Math.min(totalmem(), process.constrainedMemory() || totalmem());

/** One part more than processors, as memory allows: each waits now and then, and two of them left a quarter of two processors idle. */
const SLOTS = Math.min(availableParallelism() + (memory >= ENOUGH_FOR_ONE_MORE ? 1 : 0), 4);

let request: Request;
try {
  request = readRequest(process.argv.slice(2), (part) => (isProject(part) ? testFiles(part, repositoryRoot) : []));
} catch (error) {
  console.error((error as Error).message);
  process.exit(2);
}

const ending = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => ending.abort(signal));

const alone = request.parts.length === 1;
const began = performance.now();
// The project's own Node comes first, whatever the shell's PATH says.
const env = {
  ...withoutShop(process.env),
  PATH: `${inRepository('node_modules/node/bin')}:${process.env.PATH}`,
  ...runningHome(request),
};

async function run(name: PartName): Promise<PartResult> {
  if (!alone) console.log(`── ${name} begins`);
  const report = (line: string) => console.log(line.startsWith('──') ? line : `${name}: ${line}`);
  const { files } = request;
  const result = await runPart(name, { root: repositoryRoot, files, env, alone, report, signal: ending.signal });
  const { passed, failed, seconds } = result;
  console.log(`── ${name}: ${passed} passed, ${failed} failed in ${seconds.toFixed(0)} s`);
  return result;
}

/** A single file takes seconds on a running stack, in which it creates its own database, bucket and topics. */
function runningHome({ parts, files }: Request): NodeJS.ProcessEnv {
  if (files.length === 0 || !parts.includes('integration')) return {};
  const running = findRunningStack(stackHome());
  if (!running) {
    console.log('Starting a stack. To save this time, leave npm start running: its stack is then used instead.');
    return {};
  }
  console.log(`Using the running stack in ${running.home}, started by process ${running.pid}.`);
  return { [RUNNING_HOME]: running.home };
}

const results = await sideBySide(request.parts, SLOTS, run, ending.signal);
console.log(`\n${summary(results, (performance.now() - began) / 1000)}`);
if (ending.signal.aborted) process.exitCode = 130;
else process.exitCode = results.some(({ failed }) => failed > 0) ? 1 : 0;
