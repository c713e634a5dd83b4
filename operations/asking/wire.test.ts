import { expect, it } from 'vitest';
import { fromWire, toWire } from './wire.ts';

const sent = (value: unknown): unknown => fromWire(JSON.parse(JSON.stringify(toWire(value))));

it.each([
  [null, true, 0, -1.5, 'text', '', [], {}],
  [new Date('2026-11-30T09:31:00.123Z')],
  [Buffer.from([0, 255, 10]), Buffer.alloc(0)],
  [2n ** 63n, Number.POSITIVE_INFINITY, Number.NaN],
  [
    new Map<unknown, unknown>([
      ['orders', [{ partition: 0, at: new Date(0) }]],
      [1, new Map()],
    ]),
  ],
  [{ $date: 'no date' }, { $plain: { $plain: 1 } }, { $unknown: 1 }, { $a: 1, $b: 2 }, { a: { $map: [] } }],
  [[undefined, 1, undefined]],
  JSON.parse('[{"__proto__": {"is": "a key"}, "constructor": 1}, {"__proto__": 1}]'),
])('comes as it was sent: %#', (...values) => {
  expect(sent(values)).toStrictEqual(values);
});

it('what can only be where it is stays there', () => {
  expect(sent([{ progress: () => {}, signal: AbortSignal.abort(), most: undefined, limit: 1 }])).toStrictEqual([
    { limit: 1 },
  ]);
  expect(sent([() => {}, AbortSignal.abort()])).toStrictEqual([undefined, undefined]);
});

it('a word of another version is refused, and no word of JavaScript is one', () => {
  for (const word of ['$later', '$constructor', '$__proto__'])
    expect(() => fromWire({ [word]: 1 })).toThrow(`got ${word}`);
});
