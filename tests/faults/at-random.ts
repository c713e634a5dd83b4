/**
 * Faults at random while records of every topic flow, loads and transformations run as the DAGs would run them, and a verdict after
 * each few. `npm run faults` says for how long; `npm test` strikes a few times.
 */
import { setTimeout as delay } from 'node:timers/promises';
import { S3Client } from '@aws-sdk/client-s3';
import { beforeAll, expect, test } from 'vitest';
import { openLake } from '#adapters/lake/index.ts';
import { topics as everyTopic } from '#simulator/messages.ts';
import { createRandom } from '#simulator/random.ts';
import { awsSettings } from '../support/lambda.ts';
import type { Pipeline } from '../support/pipeline.ts';
import { findKind } from './kinds.ts';
import { createOracle } from './oracle.ts';
import { sharedPipeline } from './shared-pipeline.ts';

/** What `npm run faults` asks for. */
export interface Asked {
  readonly minutes: number;
  readonly seed: number;
  readonly kinds: readonly string[];
}

const STRIKES_IN_A_ROUND = 10;
/** In `npm test`: kinds that no other test has. */
const SHORT: readonly string[] = [
  'poller-frozen',
  'postgres-statements-cancelled',
  'replayed',
  'several-transformations',
];
const RATE = 60;

const asked = JSON.parse(process.env.TILLSTREAM_FAULTS ?? 'null') as Asked | null;
const seed = asked?.seed ?? 1;
const random = createRandom(`faults:${seed}`);

/** Kinds that are left until each has struck once more. */
let left: string[] = [];
function next(kinds: readonly string[]): string {
  if (left.length === 0) left = [...kinds];
  const name = random.pick(left);
  left = left.filter((other) => other !== name);
  return name;
}

let pipeline: Pipeline;
beforeAll(async () => {
  pipeline = await sharedPipeline();
});

test(
  `faults at random, seed ${seed}`,
  async () => {
    const { status } = pipeline.stack;
    const client = new S3Client({ ...awsSettings(status.s3), forcePathStyle: true });
    const oracle = createOracle(pipeline, openLake(status.s3.bucket, client));
    const end = Date.now() + (asked?.minutes ?? 0) * 60_000;
    const kinds = asked?.kinds ?? SHORT;
    const struck = new Map<string, number>();
    for (let round = 1; round === 1 || Date.now() < end; round++) {
      const wanted = asked ? Array.from({ length: STRIKES_IN_A_ROUND }, () => next(kinds)) : kinds;
      await underTraffic(pipeline, 1_000_000 + 1_000 * seed + round, async () => {
        for (const name of wanted) {
          if (asked && Date.now() >= end) break;
          const { breaks, strike } = await findKind(name);
          report(`${name}: ${breaks}`);
          await strike(pipeline, random);
          struck.set(name, (struck.get(name) ?? 0) + 1);
          await delay(random.integer(200, 2_000));
        }
      });
      await pipeline.expectExact();
      const { records, lost, doubled } = await oracle();
      report(
        `round ${round}: ${records} records, ${lost.length} lost, ${doubled.length} doubled, the proof is balanced`,
      );
      expect({ lost, doubled }).toEqual({ lost: [], doubled: [] });
    }
    report(`${[...struck].map(([name, times]) => `${name} ${times}`).join(', ')}`);
  },
  (asked?.minutes ?? 0) * 60_000 + 1_200_000,
);

/** Runs `work` while records of every topic are produced, loaded and transformed. What fails meanwhile is tried again. */
async function underTraffic(pipeline: Pipeline, seed: number, work: () => Promise<void>): Promise<void> {
  const { produce, load, transform } = pipeline;
  const stopping = new AbortController();
  const { signal } = stopping;
  const produced = produce({ seed, rate: RATE, topics: everyTopic }, signal);
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
