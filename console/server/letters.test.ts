import { setImmediate as turn } from 'node:timers/promises';
import { expect, test } from 'vitest';
import type { Backbone } from '#operations/backbone.ts';
import type { RedriveLine } from '../api.ts';
import { letterRoutes } from './letters.ts';
import { openPlans } from './plans.ts';
import type { Serving } from './route.ts';

const ids = Array.from({ length: 2_500 }, (_, at) => at + 1);

/** Sends 2,500 letters in batches of 1,000, the call of the function under the test's hand. */
function sending() {
  const plans = openPlans();
  const routes = letterRoutes();
  const { plan } = plans.keep({
    ids,
    byTopic: {},
    oldest: null,
    newest: null,
    refusedAgain: {},
    already: 0,
    tooLarge: 0,
  });
  const calls: ((answer?: Error) => void)[] = [];
  const invoke = (name: string, payload: { dead_letter_ids?: number[] }) =>
    name === 'relay-outbox'
      ? Promise.resolve({ outcome: 'drained' })
      : new Promise((resolve, reject) => {
          calls.push((error) =>
            error
              ? reject(error)
              : resolve({ redriven: payload.dead_letter_ids, already: [], unknown: [], dry_run: false }),
          );
        });
  const gone = new AbortController();
  const reported: unknown[] = [];
  const failed = (error: unknown): void => {
    reported.push(error);
  };
  const serving = { backbone: { invoke } as unknown as Backbone, plans, signal: gone.signal, failed } as Serving;
  const post = (path: string, body: object) => {
    const found = routes.find((each) => each.method === 'POST' && each.path === path);
    if (!found) throw new Error(`Expected a route ${path}.`);
    return found.answer({ ...body }, serving);
  };
  /** @returns its next line */
  const lineOf = (reader: ReadableStreamDefaultReader<Uint8Array>) => async () => {
    const { value } = await reader.read();
    return value && (JSON.parse(Buffer.from(value).toString()) as RedriveLine);
  };
  const begin = () => {
    const { body } = post('/api/redrive', { plan, by: 'ada' }) as Response;
    return (body as ReadableStream<Uint8Array>).getReader();
  };
  const reader = begin();
  return {
    carryOut: () => lineOf(begin()),
    ...{ calls, gone, reader, reported, sent: () => plans.follow(plan).sent },
    stop: () => post('/api/redrives/:plan/stop', { plan }),
    line: lineOf(reader),
  };
}

test('whoever stops a redrive is told of the batch that was on its way', async () => {
  const { calls, line, stop, sent } = sending();
  const first = line();
  await turn();
  expect(sent()).toEqual({ is: 'sending', progress: null });
  stop();
  calls[0]?.();
  expect(await first).toMatchObject({ done: 1_000, redriven: 1_000 });
  expect(await line()).toEqual({ ended: 'stopped' });
  expect(await line()).toBeUndefined();
  expect(calls.length).toBe(1);
  expect(sent()).toMatchObject({ is: 'ended', progress: { redriven: 1_000 } });
});

test('what a page that has gone set on its way is still noted', async () => {
  const { calls, line, reader, sent, gone } = sending();
  void line();
  await turn();
  gone.abort();
  const cancelled = reader.cancel();
  calls[0]?.();
  await cancelled;
  expect(sent()).toMatchObject({ is: 'ended', progress: { redriven: 1_000 } });
});

test('a failure half-way is the last line, after what was sent', async () => {
  const { calls, line, sent } = sending();
  const first = line();
  await turn();
  calls[0]?.();
  expect(await first).toMatchObject({ redriven: 1_000 });
  const last = line();
  while (calls.length < 2) await turn();
  calls[1]?.(new Error('Lambda is away.'));
  expect(await last).toEqual({ failed: 'Lambda is away.' });
  expect(sent()).toMatchObject({ is: 'failed', progress: { redriven: 1_000 } });
});

test('a plan of which a batch failed is carried out again from there, once, also if it was to be stopped', async () => {
  const { calls, line, stop, sent, carryOut } = sending();
  const first = line();
  await turn();
  calls[0]?.();
  await first;
  const last = line();
  while (calls.length < 2) await turn();
  stop();
  calls[1]?.(new Error('Lambda is away.'));
  expect(await last).toEqual({ failed: 'Lambda is away.' });
  const again = carryOut();
  expect(() => carryOut()).toThrow('was carried out before');
  const second = again();
  while (calls.length < 3) await turn();
  calls[2]?.();
  expect(await second).toMatchObject({ of: 2_500, done: 2_000, redriven: 2_000 });
  const third = again();
  while (calls.length < 4) await turn();
  calls[3]?.();
  expect(await third).toMatchObject({ done: 2_500, redriven: 2_500 });
  expect(await again()).toEqual({ ended: 'all' });
  expect(sent()).toMatchObject({ is: 'ended', progress: { redriven: 2_500 } });
  expect(() => carryOut()).toThrow('was carried out before');
});
