import { expect, it } from 'vitest';
import { table } from './table.ts';

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
