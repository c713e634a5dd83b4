import fc from 'fast-check';
import { expect, test } from 'vitest';
import { exactNumber, WrittenNumber } from './exact-number.ts';

/** The text by which an amount in this JSON is judged. */
function judged(json: string): string {
  const { amount } = JSON.parse(json) as { amount: number };
  const exact = exactNumber(json, 'amount', amount);
  return exact instanceof WrittenNumber ? exact.text : String(exact);
}

const excess = '12.340000000000000000001';

test.each([
  ['written in the shortest way', '{"amount":12.34}', '12.34'],
  ['after a space', '{"id": 1, "amount": 12.34, "x": 0}', '12.34'],
  ['with more digits than a double holds', `{"amount":${excess}}`, excess],
  ['with an exponent', '{"amount":1.2e1}', '1.2e1'],
  ['beyond the largest double', '{"amount":1e400}', '1e400'],
  ['with zeros at the end', '{"amount":12.50}', '12.50'],
  ['negative zero', '{"amount":-0}', '-0'],
  ['amid white space', `{\n\t"amount"\r\n :\t${excess}\n}`, excess],
  ['named a second time before', `{"amount":${excess},"amount":2.50}`, '2.50'],
  ['named a second time after', `{"amount":2.50,"amount":${excess}}`, excess],
  ['named a second time as another type before', `{"amount":"1","amount":${excess}}`, excess],
  ['beside an object with an amount after it', `{"amount":${excess},"tax":{"amount":12.34}}`, excess],
  ['beside an object with an amount before it', `{"tax":{"amount":12.34},"amount":${excess}}`, excess],
  ['beside an array with its name and a number', `{"tags":["amount",12.34,1],"amount":${excess}}`, excess],
  ['beside a text that looks like it', `{"note":"\\"amount\\":12.34","amount":${excess}}`, excess],
  ['beside a text that ends in a backslash', `{"note":"\\\\","amount":${excess},"x":"\\\\"}`, excess],
  ['beside a text with brackets', `{"note":"}]{[","amount":${excess}}`, excess],
  ['as value of another field', `{"kind":"amount","amount":${excess}}`, excess],
  ['under an escaped name', `{"\\u0061mount":${excess}}`, excess],
  ['under an escaped name beside an array', `{"tags":["amount",12.34,1],"\\u0061mount":${excess}}`, excess],
  ['under an escaped name beside an object', `{"tax":{"amount":12.34},"\\u0061mount":${excess}}`, excess],
])('a number %s is judged by its own text', (_, json, expected) => {
  expect(judged(json)).toBe(expected);
});

// JSON.parse with a reviver, the obvious way to a number's text, overflows the stack here and would fail the batch.
test('a number beside deeply nested arrays is judged by its own text', () => {
  const depth = 100_000;
  expect(judged(`{"amount":12.50,"deep":${'['.repeat(depth)}${']'.repeat(depth)}}`)).toBe('12.50');
  expect(judged(`{"deep":${'{"amount":1,"a":'.repeat(5_000)}1${'}'.repeat(5_000)},"amount":${excess}}`)).toBe(excess);
});

test('a number’s own text is found, whatever stands around it', () => {
  const name = fc.constantFrom('amount', '"amount":', 'amoun\\t', 'a{b', 'x');
  fc.assert(
    fc.property(
      fc.array(fc.tuple(name, fc.jsonValue({ noUnicodeString: false })), { maxLength: 5 }),
      fc.array(fc.tuple(name, fc.jsonValue({ noUnicodeString: false })), { maxLength: 5 }),
      fc.constantFrom(excess, '12.50', '1e2', '-0.0', '7'),
      fc.constantFrom('', ' ', '\n\t'),
      (before, after, number, space) => {
        const fields = (all: [string, unknown][]) =>
          all.map(([key, value]) => `${JSON.stringify(key)}:${space}${JSON.stringify({ amount: value })}`);
        const others = after.filter(([key]) => key !== 'amount');
        const json = `{${[...fields(before), `"amount"${space}:${number}`, ...fields(others)].join(`,${space}`)}}`;
        expect(judged(json)).toBe(number);
      },
    ),
  );
});
