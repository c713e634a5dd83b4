/** `npm run faults -- --minutes 30 --seed 7`: faults at random, for as long as one likes, on a stack of its own. */
import { spawnSync } from 'node:child_process';
import { parseArgs } from 'node:util';
import { inRepository } from '#adapters/repository.ts';
import type { Asked } from './asked.ts';
import { findKind, kindNames } from './kinds.ts';

const usage = `
Usage: npm run faults -- [--minutes N] [--seed N] [--kinds NAME,NAME…]
       npm run faults -- --list

Starts a stack of its own and breaks it, one random fault after another, while records of every topic flow. After every ten
faults it waits until nothing waits any more, looks for each record of Kafka in the lake and the tables, compares the stores
with what the simulator has sent, and proves. The same seed makes the same choices; a busy machine still shifts their moments.

Exit code: 0 if no record is lost or doubled and the proof balances, 1 if not.
`;

const { values } = parseArgs({
  options: {
    minutes: { type: 'string', default: '30' },
    seed: { type: 'string', default: String(Date.now() % 1_000_000) },
    kinds: { type: 'string', default: kindNames.join() },
    list: { type: 'boolean', default: false },
    help: { type: 'boolean', short: 'h', default: false },
  },
});

async function main(): Promise<number> {
  if (values.help) {
    console.log(usage.trim());
    return 0;
  }
  const kinds = values.kinds.split(',');
  const found = await Promise.all(kinds.map(async (name) => ({ name, ...(await findKind(name)) })));
  if (values.list) {
    for (const { name, breaks } of found) console.log(`${name.padEnd(34)}${breaks}`);
    return 0;
  }
  const asked: Asked = { minutes: positive('--minutes', values.minutes), seed: positive('--seed', values.seed), kinds };
  console.log(`${kinds.length} kinds, ${asked.minutes} minutes, seed ${asked.seed}`);
  const vitest = inRepository('node_modules/vitest/vitest.mjs');
  const { status } = spawnSync(
    process.execPath,
    [vitest, 'run', '--project', 'faults', '--disable-console-intercept'],
    {
      cwd: inRepository('.'),
      env: { ...process.env, TILLSTREAM_FAULTS: JSON.stringify(asked) },
      stdio: 'inherit',
    },
  );
  return status ?? 1;
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
