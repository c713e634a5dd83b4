import { expect, it } from 'vitest';
import { facts, table } from './table.ts';

it('aligns text to the left and numbers to the right', () => {
  expect(
    table(
      ['topic', 'lag'],
      [
        ['orders', 7],
        ['dlq', 1000],
      ],
    ),
  ).toBe('topic    lag\norders     7\ndlq     1000');
});

it('shows what would break a row or command the terminal', () => {
  const message = 'not JSON: "{\r\n\t"a": \u001b[2J\u009b"';
  expect(table(['message'], [[message]])).toBe(String.raw`message
not JSON: "{\r\n\t"a": \u001b[2J\u009b"`);
});

it('aligns facts, however long their names are', () => {
  expect(facts({ row: 7, customer_segment: null, text: 'a\n\x1b[2Jb', at: new Date(0), list: [1] }, '  ')).toBe(
    String.raw`  row               7
  customer_segment  -
  text              a\n\u001b[2Jb
  at                1970-01-01T00:00:00.000Z
  list              [1]`,
  );
});
