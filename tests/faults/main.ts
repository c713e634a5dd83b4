/** `npm run faults`: faults at random, for as long as one likes, on a stack of its own or on a deployment that runs already. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { inRepository } from '#adapters/repository.ts';
import { formatCount } from '#cli/numbers.ts';
import { runToEnd } from '../runner/run-to-end.ts';
import { removeDeadHomes } from '../stack.ts';
import type { Asked, AskedOfTests } from './asked.ts';
import { findKind, findKindAnywhere, kindNames } from './kinds.ts';
import { strikeDeployment } from './on-deployment.ts';
import { type Run, recordRun } from './record.ts';

const usage = `
Usage: npm run faults -- [--minutes N] [--seed N] [--kinds NAME,NAME…] [--record]
       npm run faults -- --deployed ENVIRONMENT [--minutes N] [--seed N] [--kinds NAME,NAME…]
       npm run faults -- --list

Starts a stack of its own and breaks it, one random fault after another, while records of every topic flow. After every ten
faults it waits until nothing waits any more, looks for each record of Kafka in the lake and the tables, compares the stores
with what the simulator has sent, and proves. The same seed makes the same choices; a busy machine still shifts their moments.

  --deployed ENVIRONMENT  breaks that deployment instead, such as staging, under the traffic that it has; local is the stack
                          that npm start runs. Kinds that need a stack of their own are left out.
  --record                writes the result into docs/faults.md
  --list                  lists the kinds; those with * strike a deployment too

Exit code: 0 if no record is lost or doubled and the proof balances, 1 if not, if a strike finds another fault, or if none struck.
A kind for which this machine lacks something, or whose moment never comes, is named and does no harm to that.
`;

const { values } = parseArgs({
  options: {
    minutes: { type: 'string', default: '30' },
    seed: { type: 'string', default: String(Date.now() % 1_000_000) },
    kinds: { type: 'string' },
    deployed: { type: 'string' },
    record: { type: 'boolean', default: false },
    list: { type: 'boolean', default: false },
    help: { type: 'boolean', short: 'h', default: false },
  },
});

async function main(): Promise<number> {
  if (values.help) {
    console.log(usage.trim());
    return 0;
  }
  const names = values.kinds?.split(',') ?? kindNames;
  const found = await Promise.all(names.map(async (name) => ({ name, ...(await findKind(name)) })));
  if (values.list) {
    for (const { name, anywhere, breaks } of found) console.log(`${anywhere ? '*' : ' '} ${name.padEnd(34)}${breaks}`);
    return 0;
  }
  const { deployed } = values;
  if (deployed !== undefined && values.record)
    throw new Error('--record goes with a stack of its own: the page tells what was broken there.');
  const kinds = found
    .filter(({ anywhere }) => values.kinds || deployed === undefined || anywhere)
    .map(({ name }) => name);
  if (deployed !== undefined) await Promise.all(kinds.map(findKindAnywhere));
  const asked: Asked = { minutes: positive('--minutes', values.minutes), seed: positive('--seed', values.seed), kinds };
  console.log(`${kinds.length} kinds, ${asked.minutes} minutes, seed ${asked.seed}`);
  if (deployed === undefined) return inTests(asked);
  return onDeployment(deployed, asked);
}

async function onDeployment(environment: string, asked: Asked): Promise<number> {
  const say = (line: string) => console.log(`${new Date().toISOString().slice(11, 19)} ${line}`);
  try {
    console.log(summarize(await strikeDeployment(environment, asked, say)));
    return 0;
  } catch (error) {
    console.error((error as Error).message);
    return 1;
  }
}

async function inTests(asked: Asked): Promise<number> {
  const folder = mkdtempSync(join(tmpdir(), 'tillstream-faults-'));
  const result = join(folder, 'run.json');
  try {
    const vitest = inRepository('node_modules/vitest/vitest.mjs');
    const forTests: AskedOfTests = { ...asked, result };
    const args = [vitest, 'run', '--project', 'faults', '--disable-console-intercept'];
    const env = { ...process.env, TILLSTREAM_FAULTS: JSON.stringify(forTests) };
    let code: number | null = null;
    try {
      code = await runToEnd(process.execPath, args, { cwd: inRepository('.'), env, stdio: 'inherit' });
    } finally {
      // A signal gives the tests no time to stop their stack.
      if (code !== 0) await removeDeadHomes();
    }
    if (code !== 0) return 1;
    const run = JSON.parse(readFileSync(result, 'utf8')) as Run;
    console.log(summarize(run));
    if (values.record) record(run);
    return 0;
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function record(run: Run): void {
  const page = inRepository('docs/faults.md');
  writeFileSync(page, recordRun(readFileSync(page, 'utf8'), run, new Date().toISOString().slice(0, 10)));
}

function summarize({ records, struck, neverStruck }: Run): string {
  const strikes = Object.entries(struck).map(([name, times]) => `${name} ${times}`);
  const never = Object.entries(neverStruck).map(([name, reason]) => `\n${name} never struck: ${reason}`);
  return `${formatCount(records)} records, none lost, none doubled. Struck: ${strikes.join(', ')}${never.join('')}`;
}

function positive(option: string, text: string): number {
  const number = Number(text);
  if (Number.isFinite(number) && number > 0) return number;
  throw new Error(`${option}: expected a number above 0, got "${text}"`);
}

process.exitCode = await main().catch((error: Error) => {
  console.error(error.message);
  return 2;
});
