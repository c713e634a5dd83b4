/**
 * `npm run benchmark -- [encode] [load] [payments] [inventory] [transform] [proof] [proof-kafka] [pulse] [small] [end-to-end]
 * [--orders 1000000] [--rounds 3] [--kills 3] [--seed 1] [--save]`:
 * compares our code with alternatives, on the same orders, in one run; the proof and the pulse with themselves on a history that grows.
 * Measures CPU seconds: they are what is paid for, and depend least on other load. `rest [--minutes 5]` measures the stack that runs,
 * so it isn't among those that run by default.
 */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { constants, cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { installFolder } from '#adapters/repository.ts';
import { readWholeNumber } from '#cli/numbers.ts';
import { installPython } from '#localstack/install/python.ts';
import { encodeContest } from './encode/contest.ts';
import { endToEndContest } from './end-to-end/contest.ts';
import { inventoryContest } from './inventory/contest.ts';
import { loadContest } from './load/contest.ts';
import { paymentsContest } from './payments/contest.ts';
import { proofContest } from './proof/contest.ts';
import { kafkaContest } from './proof/kafka.ts';
import { pulseContest } from './pulse/contest.ts';
import { restContest } from './rest/contest.ts';
import { smallContest } from './small/contest.ts';
import { transformContest } from './transform/contest.ts';

const byDefault = {
  encode: encodeContest,
  load: loadContest,
  payments: paymentsContest,
  inventory: inventoryContest,
  transform: transformContest,
  proof: proofContest,
  'proof-kafka': kafkaContest,
  pulse: pulseContest,
  small: smallContest,
  'end-to-end': endToEndContest,
};
const contests = { ...byDefault, rest: restContest };
type Name = keyof typeof contests;

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    orders: { type: 'string', default: '1000000' },
    rounds: { type: 'string', default: '3' },
    minutes: { type: 'string', default: '5' },
    kills: { type: 'string', default: '3' },
    seed: { type: 'string', default: '1' },
    save: { type: 'boolean', default: false },
  },
});
const orders = readWholeNumber('--orders', values.orders, { min: 1 });
const rounds = readWholeNumber('--rounds', values.rounds, { min: 1 });
const minutes = readWholeNumber('--minutes', values.minutes, { min: 1 });
const kills = readWholeNumber('--kills', values.kills, { min: 0 });
const seed = readWholeNumber('--seed', values.seed, { min: 0 });
const unknown = positionals.find((name) => !Object.hasOwn(contests, name));
if (unknown !== undefined)
  throw new Error(`There is no benchmark ${unknown}; there are ${Object.keys(contests).join(', ')}.`);
const names = (positionals.length > 0 ? positionals : Object.keys(byDefault)) as Name[];

// No signal to this process or its group reaches the services, which have groups of their own. They are killed when it exits.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const)
  process.once(signal, () => process.exit(128 + constants.signals[signal]));

const lockFile = join(import.meta.dirname, 'requirements.lock');
const report = (progress: string) => console.error(`Python: ${progress}`);
const environment = await installPython({ name: 'benchmarks', lockFile, installFolder, report });

const tables: string[] = [];
for (const name of names) {
  const folder = mkdtempSync(join(tmpdir(), 'tillstream-benchmark-'));
  try {
    const settings = { folder, installFolder, orders, rounds, minutes, kills, seed };
    const result = await contests[name]({ ...settings, python: join(environment, 'bin', 'python') });
    console.log(`${tables.length > 0 ? '\n' : ''}${result}`);
    tables.push(result);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

if (values.save) {
  const now = new Date().toISOString();
  const results = join(import.meta.dirname, 'results');
  mkdirSync(results, { recursive: true });
  const machine = `${cpus().length} × ${cpus()[0]?.model ?? 'unknown CPU'}, Node ${process.version}`;
  const about = `${now}, ${values.orders} orders, best of ${values.rounds}, ${machine}`;
  writeFileSync(join(results, `${now.slice(0, 10)}_${names.join('_')}.md`), `${[about, ...tables].join('\n\n')}\n`);
}
