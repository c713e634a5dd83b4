/**
 * The proof on a history that grows, in a PostgreSQL of its own: what the hourly run costs after one more hour, and a run that reads
 * everything. Prints the plans of the most expensive queries.
 */
import type { Lake } from '#adapters/lake/index.ts';
import type { Pool } from '#adapters/postgres/index.ts';
import { formatCount } from '#cli/numbers.ts';
import { prove, proveAndClose } from '#functions/prove/prove.ts';
import type { Sources } from '#functions/prove/sources.ts';
import { readSqlFiles, sqlFolder } from '#sql/folder.ts';
import { createViews } from '#sql/views.ts';
import { blocksReadSoFar } from '../blocks-read.ts';
import { ownCpu } from '../cpu.ts';
import { migrateAll, startDatabase } from '../postgres.ts';
import type { Settings } from '../settings.ts';
import { markdown } from '../table.ts';
import { explaining, type Plan } from './explain.ts';
import { addHours, openShop, RECORDS_AN_HOUR } from './input.ts';

/** Sizes of the history, in multiples of `--orders` (here: records of all topics but user_events). */
const SIZES = [1, 3, 10];

/** Hours that are added at once: one statement has all of their rows. */
const STEP = 4;

export async function proofContest({ folder, installFolder, orders: records }: Settings): Promise<string> {
  const { pool, cpu, stop } = await startDatabase({ folder, installFolder }, { max: 3 });
  let hours = 0;
  try {
    await migrateAll(pool);
    await createViews(pool, await readSqlFiles(sqlFolder('views')));
    await openShop(pool);
    const lines: string[][] = [];
    for (const size of SIZES) {
      for (const to = Math.round((size * records) / RECORDS_AN_HOUR); hours < to; ) {
        const step = Math.min(STEP, to - hours);
        await addHours(pool, hours, step);
        hours += step;
      }
      await settle(pool);
      lines.push(...(await measure(pool, cpu, hours)));
      hours += 1;
    }
    return markdown(
      ['records', 'proof', 'CPU s of PostgreSQL', 'of Node', 'seconds', 'blocks of 8 KB', 'heads asked'],
      lines,
    );
  } finally {
    await stop();
  }
}

async function settle(pool: Pool): Promise<void> {
  await pool.query('vacuum analyze');
  await pool.query('checkpoint');
}

/** Proves everything, adds an hour, and proves that. @returns lines of the table */
export async function measure(pool: Pool, serverCpu: () => number, hours: number): Promise<string[][]> {
  const lines: string[][] = [];
  const runOf = async (name: string, all: boolean) => {
    const options = { depth: 'objects', settled: false, all } as const;
    const [{ records = 0 } = {}] = (await pool.query('select sum(records)::float8 as records from ledger.deliveries'))
      .rows;
    const lake = knownLake(pool);
    await lake.learn();
    const plans: Plan[] = [];
    // Each query twice, so not of the run that is measured, and not where it takes minutes.
    if (!all)
      await prove(
        sourcesOf(
          explaining(pool, (plan) => plans.push(plan)),
          lake,
        ),
        options,
        Date.now() + LONGEST_MS,
      );
    lake.heads = 0;
    const before = [serverCpu(), ownCpu(), await blocksReadSoFar(pool), performance.now()] as const;
    const proof = await proveAndClose(sourcesOf(pool, lake), options, Date.now() + LONGEST_MS, (cause) => {
      throw cause;
    });
    const wall = (performance.now() - before[3]) / 1000;
    const cost = [serverCpu() - before[0], ownCpu() - before[1], (await blocksReadSoFar(pool)) - before[2]] as const;
    const off = proof.checks.filter(({ balanced }) => !balanced);
    if (off.length > 0) throw new Error(`The history should balance: ${JSON.stringify(off).slice(0, 2_000)}`);
    console.error(`\n${formatCount(records)} records, ${name}: ${proof.read}`);
    for (const plan of plans.toSorted((a, b) => b.milliseconds - a.milliseconds).slice(0, MOST_PLANS))
      console.error(
        `${plan.name}: ${plan.milliseconds.toFixed(0)} ms, ${formatCount(plan.blocks)} blocks\n${plan.text}`,
      );
    const [server, client, read] = cost;
    lines.push([
      formatCount(records),
      name,
      ...[server, client, wall].map((seconds) => seconds.toFixed(2)),
      ...[read, lake.heads].map(formatCount),
    ]);
  };
  await runOf('of everything', true);
  await addHours(pool, hours, 1);
  await runOf('hourly', false);
  return lines;
}

const LONGEST_MS = 900_000;

/** The most expensive queries of a proof, whose plans are printed. */
const MOST_PLANS = 6;

/** Kafka holds what was consumed and no more; there is no index. */
const sourcesOf = (pool: Pool, lake: Lake): Sources => ({
  pool,
  lake,
  offsets: async (topic) => {
    const { rows } = await pool.query<{ partition: number; latest: number }>(
      'select partition, next_offset as latest from ledger.partitions where topic = $1',
      [topic],
    );
    const partitions = rows.map(({ partition, latest }) => ({ partition, earliest: 0, latest }));
    return partitions.length > 0 ? partitions : [{ partition: 0, earliest: 0, latest: Number.MAX_SAFE_INTEGER }];
  },
  hourlyMetrics: async () => [],
});

/** Answers what the ledger says, so that the figures have no S3 in them; counts the questions. */
function knownLake(pool: Pool) {
  const fail = () => Promise.reject(new Error('This lake has no bytes.'));
  let objects: Awaited<ReturnType<typeof readObjects>> = new Map();
  const lake = {
    ...{ bucket: 'benchmark', heads: 0, putOnce: fail, put: fail, read: fail },
    async learn() {
      objects = await readObjects(pool);
    },
    async head(key: string) {
      lake.heads += 1;
      return objects.get(key);
    },
  };
  return lake;
}

async function readObjects(pool: Pool) {
  const { rows } = await pool.query<{ key: string; rows: number; bytes: number; sha256: string; sourceSha256: string }>(
    `select object_key as key, accepted as rows, object_bytes as bytes, object_sha256 as sha256, source_sha256 as "sourceSha256"
     from ledger.deliveries where object_key is not null`,
  );
  return new Map(rows.map(({ key, ...object }) => [key, object]));
}
