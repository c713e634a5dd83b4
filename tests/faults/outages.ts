/** Services that die, fail, hang or lose answers while orders and payments flow. */
import { afterEach, beforeAll, expect, test } from 'vitest';
import type { PollerEvent } from '#localstack/poller/poller-events.ts';
import { until } from '#localstack/processes/until.ts';
import type { Pipeline } from '../support/pipeline.ts';
import { sharedPipeline } from './shared-pipeline.ts';

const WITHIN = 120_000;
let pipeline: Pipeline;
beforeAll(async () => {
  pipeline = await sharedPipeline();
});
afterEach(() => pipeline.s3.behave());

test('Kafka is killed while orders are sent and the function works, and comes back', async () => {
  const { stack, s3, expectExact } = pipeline;
  const events = eventsFromNow();
  const orders = produceUntilStopped({ seed: 21 });
  await orders.held;
  await stack.services.kafka.kill();
  s3.behave();
  await until(() => events().some(({ kind }) => kind === 'commit-failed' || kind === 'lost-kafka'), {
    what: 'the poller misses Kafka',
    within: WITHIN,
  });

  await stack.restart('kafka');
  await orders.stop();
  await expectExact();
});

test('PostgreSQL is killed while the function works, and comes back', async () => {
  const { stack, s3, expectExact } = pipeline;
  const events = eventsFromNow();
  const orders = produceUntilStopped({ seed: 22 });
  await orders.held;
  await stack.services.postgres.kill();
  s3.behave();
  await until(() => failuresOf(events()).length > 1, { what: 'the function fails, and fails again', within: WITHIN });

  await stack.restart('postgres');
  await orders.stop();
  await expectExact();
});

test('S3 answers 500', async () => {
  const { s3, produce, expectExact } = pipeline;
  const events = eventsFromNow();
  s3.misbehave('fail', Number.POSITIVE_INFINITY);
  await produce({ seed: 23, count: 2_000 });
  await until(() => failuresOf(events()).length > 0, { what: 'the function fails', within: WITHIN });
  expect(s3.puts.filter(({ behaviour }) => behaviour === 'fail').length).toBeGreaterThan(2);
  s3.behave();
  await expectExact();
});

test('S3 leaves a request without an answer: it is sent again, and the function does not fail', async () => {
  const { s3, produce, expectExact } = pipeline;
  const events = eventsFromNow();
  const hanging = s3.misbehave('hang');
  await produce({ seed: 24, count: 2_000 });
  await expectExact();
  const hung = await hanging;
  expect(s3.puts.filter(({ key }) => key === hung.key).map(({ behaviour, status }) => [behaviour, status])).toEqual([
    ['hang', undefined],
    ['pass', 200],
  ]);
  expect(failuresOf(events())).toEqual([]);
});

test('S3 answers nothing any more: the function stops before its time is over, and the batch comes again', async () => {
  const { s3, configure, produce, expectExact } = pipeline;
  const events = eventsFromNow();
  await configure('archive-orders', { Timeout: 4 });
  s3.misbehave('hang', Number.POSITIVE_INFINITY);
  await produce({ seed: 25, count: 2_000 });
  await until(() => failuresOf(events()).length > 0, { what: 'the function stops', within: WITHIN });
  expect(failuresOf(events())[0]).toContain('Stopped before the function’s timeout');
  s3.behave();
  await expectExact();
  await configure('archive-orders', { Timeout: 60 });
});

test('S3 writes an object, and its answer is lost', async () => {
  const { s3, produce, expectExact, versions } = pipeline;
  const events = eventsFromNow();
  const dropping = s3.misbehave('drop');
  await produce({ seed: 26, count: 2_000 });
  await expectExact();
  const dropped = await dropping;
  expect(s3.puts.filter(({ key }) => key === dropped.key).map(({ behaviour, status }) => [behaviour, status])).toEqual([
    ['drop', 200],
    ['pass', 412],
  ]);
  expect(await versions(dropped.key)).toBe(1);
  expect(failuresOf(events())).toEqual([]);
});

/** Orders and their payments go on before, during and after an outage; the first object is held, so that the function is at work then. */
function produceUntilStopped({ seed }: { seed: number }) {
  const held = pipeline.s3.misbehave('hold');
  const stopping = new AbortController();
  const produced = pipeline.produce({ seed, rate: 400, topics: ['orders', 'transactions'] }, stopping.signal);
  produced.catch(() => {}); // `stop` reports it.
  return {
    /** The function waits for S3 to answer. */
    held,
    stop: () => {
      stopping.abort();
      return produced;
    },
  };
}

function eventsFromNow(): () => readonly PollerEvent[] {
  const from = pipeline.poller.events().length;
  return () => pipeline.poller.events().slice(from);
}

const failuresOf = (events: readonly PollerEvent[]): string[] =>
  events.flatMap((event) => (event.kind === 'invoked' && event.failure ? [event.failure] : []));
