import fc from 'fast-check';
import { expect, test } from 'vitest';
import { formatCents, parseCents } from './money.ts';

const LARGEST = 9_999_999_999;
const anyCents = fc.oneof(fc.integer({ min: -LARGEST, max: LARGEST }), fc.constantFrom(LARGEST, -LARGEST, 0, 1, -1));

test('cents survive being written and read', () => {
  fc.assert(
    fc.property(anyCents, (cents) => {
      expect(parseCents(formatCents(cents))).toBe(cents);
    }),
  );
});

test('an amount as number and as text is the same amount', () => {
  fc.assert(
    fc.property(anyCents, (cents) => {
      expect(parseCents(cents / 100)).toBe(cents);
      expect(parseCents(String(cents / 100))).toBe(cents);
      expect(parseCents(JSON.parse(formatCents(cents)))).toBe(cents);
    }),
  );
});

/** Judges with whole numbers of any size, so that nothing can be rounded. */
function exactCents(text: string): number | undefined {
  const [, sign, whole = '', decimals = '', exponent = '0'] =
    /^(-?)(\d+)(?:\.(\d+))?(?:[eE]([+-]?\d+))?$/.exec(text) ?? [];
  const scale = decimals.length - Number(exponent) - 2;
  const digits = BigInt(whole + decimals);
  const divisor = 10n ** BigInt(Math.max(0, scale));
  if (digits % divisor !== 0n) return undefined;
  const cents = (digits / divisor) * 10n ** BigInt(Math.max(0, -scale));
  if (cents > BigInt(LARGEST)) return undefined;
  return sign === '-' && cents !== 0n ? -Number(cents) : Number(cents);
}

const digits = (maxLength: number) =>
  fc.array(fc.constantFrom(...'0001259'), { minLength: 1, maxLength }).map((all) => all.join(''));

const decimalText = fc
  .record({
    sign: fc.constantFrom('', '-'),
    whole: digits(12).map((text) => text.replace(/^0+(?=\d)/, '')),
    decimals: fc.option(digits(25), { nil: '' }),
    exponent: fc.option(fc.integer({ min: -40, max: 40 }), { nil: undefined }),
  })
  .map(
    ({ sign, whole, decimals, exponent }) =>
      `${sign}${whole}${decimals && `.${decimals}`}${exponent === undefined ? '' : `e${exponent}`}`,
  );

test('a decimal is an amount if and only if it is a whole number of cents that NUMERIC(10,2) holds', () => {
  fc.assert(
    fc.property(decimalText, (text) => {
      const cents = exactCents(text);
      if (cents === undefined) expect(() => parseCents(text)).toThrow('expected an amount');
      else expect(parseCents(text)).toBe(cents);
    }),
    { numRuns: 2_000 },
  );
});

test('no number with more than two decimals passes as its neighbour', () => {
  fc.assert(
    fc.property(fc.integer({ min: -99_999_999_999, max: 99_999_999_999 }), (thousandths) => {
      fc.pre(thousandths % 10 !== 0);
      expect(() => parseCents(thousandths / 1000)).toThrow('expected an amount');
    }),
  );
});

test.each([
  ['12.5', 1250],
  ['-0', 0],
  ['-0.00', 0],
  ['0.1e1', 100],
  ['1.2E+1', 1200],
  ['125e-2', 125],
  ['0e400', 0],
  ['99999999.99', LARGEST],
])('%s is an amount', (text, cents) => {
  expect(parseCents(text)).toBe(cents);
  expect(Object.is(parseCents(Number(text)), cents)).toBe(true);
});

test.each([
  '',
  ' ',
  '12.50 ',
  '+1',
  '.5',
  '5.',
  '1,50',
  '1_000',
  '0x10',
  'NaN',
  'Infinity',
  '1e400',
  '1e-400',
  '12.345',
  '0.001',
  '100000000',
  '99999999.991',
  '12.340000000000000000001',
  '١٢',
  '1e',
  '1e5000',
  Number.NaN,
  Number.POSITIVE_INFINITY,
  0.001,
  1e300,
  5e-324,
  100_000_000,
  0.1 + 0.2,
])('%s is not an amount', (value) => {
  expect(() => parseCents(value)).toThrow(expect.objectContaining({ reason: 'invalid_amount' }));
});

test.each([[null], [undefined], [true], [[12]], [{ value: 12 }], [12n]])('%s is of the wrong type', (value) => {
  expect(() => parseCents(value)).toThrow(expect.objectContaining({ reason: 'wrong_type' }));
});

test('long texts are judged like short ones, in a short message', () => {
  expect(parseCents(`12.50${'0'.repeat(1_000)}`)).toBe(1250);
  expect(() => parseCents('9'.repeat(1_000_000))).toThrow(/^.{1,200}$/);
});

test('sums beyond what a double holds are formatted exactly', () => {
  expect(formatCents(-5)).toBe('-0.05');
  expect(formatCents(0)).toBe('0.00');
  expect(formatCents(9_007_199_254_740_993_01n)).toBe('9007199254740993.01');
});
