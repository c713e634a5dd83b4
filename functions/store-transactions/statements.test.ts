import { expect, test } from 'vitest';
import { columnsOf } from '#domain/columns.ts';
import { paymentEvent } from '#domain/streams/transactions.ts';
import { INCOMING, SETTLE_REPEATS, STORE_NEW } from './statements.ts';

test.each(columnsOf(paymentEvent))('$name is staged and stored, and compared in a repeat', ({ name }) => {
  const word = new RegExp(`\\b${name}\\b`, 'g');
  expect(INCOMING).toMatch(word);
  // Once in the table's columns, once selected.
  expect(STORE_NEW.match(word)?.length).toBeGreaterThanOrEqual(2);
  expect(SETTLE_REPEATS).toContain(`incoming.${name}`);
  expect(SETTLE_REPEATS).toContain(name === 'transaction_id' ? name : `first.${name}`);
});
