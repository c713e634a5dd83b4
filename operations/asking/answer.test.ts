import { expect, it } from 'vitest';
import { openPool } from '#adapters/postgres/index.ts';
import type { Backbone } from '../backbone.ts';
import { losses } from '../losses.ts';
import { browse } from '../records/browse.ts';
import { answerTo, askBy } from './answer.ts';
import { operations } from './table.ts';

/** Nobody has started it, so every part says where it was asked. */
const nothing = {
  pool: openPool({ host: '127.0.0.1', port: 1, max: 1 }),
  kafka: () => Promise.reject(new Error('no Kafka here')),
  readings: () => Promise.reject(new Error('no pulse here')),
} as unknown as Parameters<typeof answerTo>[0];

/** A backbone that is asked, as over Lambda: all goes as JSON. */
const asked = {
  ask: askBy(async <Result>(name: string, payload: object) => {
    expect(name).toBe('console');
    return JSON.parse(JSON.stringify(await answerTo(nothing, JSON.parse(JSON.stringify(payload))))) as Result;
  }),
} as Backbone;

it('no operation changes anything: none calls a function', () => {
  expect([...operations.keys()]).toEqual(expect.arrayContaining(['trace', 'browse', 'readPulse']));
  for (const act of ['redrive', 'acknowledgeLosses', 'prove', 'replayInventory', 'republishTopic', 'reportOf'])
    expect([...operations.keys()]).not.toContain(act);
});

it('a service that does not answer there is an error with its code here', async () => {
  await expect(losses(asked)).rejects.toMatchObject({ code: 'ECONNREFUSED' });
});

it('what a person can correct is the same error here', async () => {
  const steps = browse(asked, { topic: 'orders', from: 'newest', limit: 1, filter: 'amount>' });
  await expect(steps.next()).rejects.toMatchObject({ name: 'FilterError' });
});

it('a fault there stays one: who answers fails', async () => {
  await expect(answerTo(nothing, { operation: 'readPulse', args: [] })).rejects.toThrow('no pulse here');
});

it.each([
  [{ operation: 'toString', args: [] }, 'There is no operation toString'],
  [{ operation: 'wholeLetter', args: ['1; drop table'] }, 'Argument 1 of wholeLetter'],
  [{ operation: 'deadLetters', args: [{}, { limit: '1; select 1' }] }, 'Argument 2 of deadLetters'],
  [{ operation: 'readReportFiles', args: [['raw/orders/a.parquet']] }, 'Argument 1 of readReportFiles'],
  [{ operation: 'unsentLetters', args: [{ reason: 'not_json', later: 1 }] }, 'unsentLetters knows no later here'],
  [{ operation: 'planRedrive', args: [{ filter: { later: 1 } }] }, 'planRedrive knows no later here'],
  [{ operation: 'losses', args: [{ limit: 1 }] }, 'losses knows no argument 1 here'],
  ['trace', 'Expected {"operation"'],
])('%j is refused', async (payload, message) => {
  expect(await answerTo(nothing, payload)).toEqual({
    refused: { name: 'NotAnswered', message: expect.stringContaining(message) },
  });
});
