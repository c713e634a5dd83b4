/**
 * Faults at random while records of every topic flow, loads and transformations run as the DAGs would run them, and a verdict after
 * each few. `npm run faults` says for how long; `npm test` strikes a few times.
 */
import { writeFileSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { S3Client } from '@aws-sdk/client-s3';
import { beforeAll, expect, test } from 'vitest';
import { type Lake, openLake } from '#adapters/lake/index.ts';
import { topics as everyTopic } from '#simulator/messages.ts';
import { createRandom } from '#simulator/random.ts';
import { awsSettings } from '../support/lambda.ts';
import type { Pipeline } from '../support/pipeline.ts';
import { asked } from './asked.ts';
import { CannotStrike, reasonNotToStrike } from './cannot-strike.ts';
import { inTurn } from './in-turn.ts';
import { findKind } from './kinds.ts';
import { createOracle } from './oracle.ts';
import type { Run } from './record.ts';
import { sharedPipeline } from './shared-pipeline.ts';

const STRIKES_IN_A_ROUND = 10;
/** In `npm test`: kinds that no other test has. */
const SHORT: readonly string[] = [
  'poller-frozen',
  'postgres-statements-cancelled',
  'replayed',
  'several-transformations',
];
const RATE = 60;

const seed = asked?.seed ?? 1;
const random = createRandom(`faults:${seed}`);

let pipeline: Pipeline;
let lake: Lake;
beforeAll(async () => {
  pipeline = await sharedPipeline();
  const { s3 } = pipeline.stack.status;
  lake = openLake(s3.bucket, new S3Client({ ...awsSettings(s3), forcePathStyle: true }));
});

test('the oracle finds a record that is nowhere, and one that is in two places', async () => {
  const { pool, produce, expectExact } = pipeline;
  await produce({ seed: 1_000_000 + 1_000 * seed, count: 200, topics: everyTopic });
  await expectExact();
  const verdict = () => createOracle(pipeline, lake)();
  expect(await verdict()).toMatchObject({ lost: [], doubled: [] });

  const { rows } = await pool.query<{ sale: number; order: number }>(
    `select
       (select min(kafka_offset) from inventory.events_log where topic = 'store_sales' and partition = 0) as sale,
       (
         select min(kafka_offset) from warehouse.fact_orders inner join ledger.deliveries using (delivery_id)
         where partition = 0
       ) as order`,
  );
  const [found] = rows;
  await pool.query(
    "update inventory.events_log set kafka_offset = -9 where topic = 'store_sales' and partition = 0 and kafka_offset = $1",
    [found?.sale],
  );
  await pool.query(
    `insert into ledger.dead_letters (delivery_id, consumer, topic, partition, record_offset, kafka_timestamp, reason, message)
     select delivery_id, consumer, topic, partition, $1, now(), 'not_json', 'planted' from ledger.deliveries
     where topic = 'orders' and partition = 0 and $1 between first_offset and last_offset and state = 'committed'`,
    [found?.order],
  );
  const planted = await verdict();
  await pool.query("delete from ledger.dead_letters where message = 'planted'");
  await pool.query('update inventory.events_log set kafka_offset = $1 where kafka_offset = -9', [found?.sale]);
  expect(planted).toMatchObject({
    lost: [`store_sales partition 0 offset ${found?.sale}`],
    doubled: [`orders partition 0 offset ${found?.order}`],
  });
});

test('only a kind that cannot strike is forgiven', async () => {
  const reason = (error?: Error) => reasonNotToStrike(async () => error && Promise.reject(error));
  expect(await reason(new CannotStrike('no disk'))).toBe('no disk');
  expect(await reason()).toBeUndefined();
  await expect(reason(new Error('the job ended as FAILED'))).rejects.toThrow('FAILED');
});

test(
  `faults at random, seed ${seed}`,
  async () => {
    const oracle = createOracle(pipeline, lake);
    const end = Date.now() + (asked?.minutes ?? 0) * 60_000;
    const kinds = asked?.kinds ?? SHORT;
    const next = inTurn(kinds, random);
    const struck = new Map<string, number>();
    let sum = 0;
    const unstruck = new Map<string, string>();
    for (let round = 1; round === 1 || Date.now() < end; round++) {
      const wanted = asked ? Array.from({ length: STRIKES_IN_A_ROUND }, () => next()) : kinds;
      await underTraffic(pipeline, 1_000_000 + 1_000 * seed + round, async () => {
        for (const name of wanted) {
          if (asked && Date.now() >= end) break;
          const { breaks, strike } = await findKind(name);
          report(`${name}: ${breaks}`);
          const reason = await reasonNotToStrike(() => strike(pipeline, random)).catch((cause: Error) => {
            throw new Error(`${name} found: ${cause.message}`, { cause });
          });
          if (reason === undefined) struck.set(name, (struck.get(name) ?? 0) + 1);
          else {
            unstruck.set(name, reason);
            report(`${name} did not strike: ${reason}`);
          }
          pipeline.s3.behave();
          await delay(random.integer(200, 2_000));
        }
      });
      await pipeline.expectExact();
      const { records, lost, doubled } = await oracle();
      report(
        `round ${round}: ${records} records, ${lost.length} lost, ${doubled.length} doubled, the proof is balanced`,
      );
      expect({ lost, doubled }).toEqual({ lost: [], doubled: [] });
      sum += records;
    }
    expect(struck.size, 'kinds that struck').toBeGreaterThan(0);
    const neverStruck = Object.fromEntries([...unstruck].filter(([name]) => !struck.has(name)));
    if (!asked) {
      expect(neverStruck).toEqual({}); // These need nothing that a machine may lack.
      return;
    }
    const run: Run = { minutes: asked.minutes, seed, records: sum, struck: Object.fromEntries(struck), neverStruck };
    writeFileSync(asked.result, JSON.stringify(run));
  },
  (asked?.minutes ?? 0) * 60_000 + 1_200_000,
);

/** Runs `work` while records of every topic are produced, loaded and transformed. What fails meanwhile is tried again. */
async function underTraffic(pipeline: Pipeline, seed: number, work: () => Promise<void>): Promise<void> {
  const { produce, load, transform } = pipeline;
  const stopping = new AbortController();
  const { signal } = stopping;
  const produced = produce({ seed, rate: RATE, topics: everyTopic }, signal);
  produced.catch(() => {}); // Awaited below.
  const scheduled = (async () => {
    while (!signal.aborted) {
      await load().catch(() => undefined);
      await transform().catch(() => undefined);
      await delay(3_000, undefined, { signal }).catch(() => undefined);
    }
  })();
  try {
    await Promise.race([work(), produced]);
  } finally {
    stopping.abort();
    await scheduled;
  }
  await produced;
}

const report = (line: string) => asked && process.stdout.write(`${new Date().toISOString().slice(11, 19)} ${line}\n`);
