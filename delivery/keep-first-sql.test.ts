import { expect, test } from 'vitest';
import * as z from 'zod';
import { columnsOf, money, quantity, text, timestamp, uuid } from '#domain/columns.ts';
import { keepFirstSql } from './keep-first-sql.ts';

/** Its names must be quoted. */
const event = z.object({
  refundId: uuid(''),
  order: text(20, ''),
  amount: money('').nullish(),
  pieces: quantity(''),
  made_at: timestamp(''),
});
const sql = keepFirstSql({ event, ids: ['refundId', 'order'] }, { name: 'streams.refunds' });

test.each(columnsOf(event))('$name is staged and stored, and compared in a repeat', ({ name }) => {
  expect(sql.createIncoming).toContain(`"${name}" `);
  // Once in the table's columns, once selected.
  expect(sql.storeNew.split(`"${name}"`).length).toBeGreaterThanOrEqual(3);
  expect(sql.settleRepeats).toContain(`incoming."${name}"`);
  expect(sql.settleRepeats).toContain(name === 'refundId' ? '"refundId"' : `first."${name}"`);
});

test('what may be missing may be null', () => {
  expect(sql.createIncoming).toMatch(/"amount" numeric\(10,2\),/);
  expect(sql.createIncoming).toMatch(/"order" character varying\(20\) not null,/);
});

test('nothing but the rows that were stored brings about what stands beside', () => {
  const beside = { returning: 'made_at', expressions: 'hours as (select made_at from stored)' };
  const { storeNew } = keepFirstSql({ event, ids: ['refundId'] }, { name: 'streams.refunds', beside });
  expect(storeNew).toContain('returning made_at, "streams".fingerprint(kept) as fingerprint');
  expect(storeNew).toContain(', hours as (select made_at from stored)');
});
