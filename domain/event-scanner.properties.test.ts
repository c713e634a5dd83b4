import fc from 'fast-check';
import { expect, test } from 'vitest';
import { columnsOf } from './columns.ts';
import { Unusable } from './dead-letters.ts';
import { eventScanner } from './event-scanner.ts';
import { orderEvent } from './orders.ts';
import { eventReader, referenceParser } from './records.ts';

const scan = eventScanner(columnsOf(orderEvent));
const read = eventReader(orderEvent);
const reference = referenceParser(orderEvent);

const order = {
  order_id: '3f1c9a52-7d2e-4b1a-9c3d-5e6f7a8b9c0d',
  user_id: 'A81bc81b-dead-4e5d-abff-90865d1e13b1',
  amount: 19.99,
  currency: 'EUR',
  category: 'Bücher und 📚',
  country: 'DE',
  created_at: '2025-12-11T00:00:01.123456Z',
};

test('reads what producers send', () => {
  expect(scan(JSON.stringify(order))).toEqual(reference(JSON.stringify(order)));
  expect(scan(JSON.stringify({ ...order, amount: '-12.5', product_id: null, quantity: 3 }))).toMatchObject({
    amount: -1250,
    product_id: null,
    quantity: 3,
  });
  const python = JSON.stringify(order).replaceAll('":', '": ').replaceAll(',"', ', "');
  expect(scan(python)).toEqual(reference(python));
  const reversed = JSON.stringify(Object.fromEntries(Object.entries(order).reverse()));
  expect(scan(reversed)).toEqual(reference(reversed));
});

test.each([
  ['a field twice', '{"amount":1,"amount":2}'],
  ['an amount of more digits than a double', JSON.stringify(order).replace('19.99', '19.99000000000000000001')],
  [
    'a quantity that a double rounds',
    JSON.stringify({ ...order, quantity: 1 }).replace(':1}', ':1.00000000000000011}'),
  ],
  ['an amount with an exponent', JSON.stringify(order).replace('19.99', '1e400')],
  ['a number with a leading zero', JSON.stringify(order).replace('19.99', '019.99')],
  ['a number without its whole part', JSON.stringify(order).replace('19.99', '.99')],
  ['a number that ends with its point', JSON.stringify(order).replace('19.99', '19.')],
  ['a number with a plus', JSON.stringify(order).replace('19.99', '+19.99')],
  ['null where a value must be', JSON.stringify({ ...order, country: null })],
  ['a field that is not known', JSON.stringify({ ...order, coupon: 'WINTER' })],
  ['an escape', JSON.stringify(order).replace('EUR', '\\u0045UR')],
  ['a raw line feed in a text', JSON.stringify(order).replace('EUR', 'E\nR')],
  ['an unfinished text', '{"order_id":"3f1c9a52'],
  ['an unfinished object', JSON.stringify(order).slice(0, -1)],
  ['something behind the object', `${JSON.stringify(order)}}`],
])('leaves %s to the reference', (_, json) => {
  expect(scan(json)).toBeUndefined();
  expect(outcome(() => read(Buffer.from(json)))).toEqual(outcome(() => reference(json)));
});

const anyAmount = fc.oneof(
  fc.integer({ min: -10_000_000_000, max: 10_000_000_000 }).map((cents) => cents / 100),
  fc.double(),
  fc.constantFrom(0, -0, 0.001, 1e21, 1e-7, 99_999_999.99, 100_000_000),
);
const anyTime = fc.oneof(
  fc.date({ noInvalidDate: true }).map((date) => date.toISOString()),
  fc.stringMatching(
    /^[0-3]\d{3}-[01]\d-[0-3]\d[T ][0-2]\d:[0-6]\d(:[0-6]\d([.,]\d{1,10})?)?(Z|[+-][01]\d(:?[0-6]\d)?)?$/,
  ),
);
const anyText = fc.oneof(
  fc.string(),
  fc.string({ unit: 'binary' }),
  fc.constantFrom('', 'EUR', '\ud800', 'x'.repeat(51)),
);
const anyValue = fc.oneof(anyAmount, anyTime, anyText, fc.uuid(), fc.jsonValue({ maxDepth: 1 }), fc.constant(null));
const anyOrder = fc.record(
  {
    order_id: likely(fc.uuid()),
    user_id: likely(fc.uuid().map((uuid) => uuid.toUpperCase())),
    amount: likely(fc.oneof(anyAmount, anyAmount.map(String))),
    currency: likely(anyText),
    category: likely(anyText),
    country: likely(anyText),
    created_at: likely(anyTime),
    product_id: likely(anyText),
    quantity: likely(fc.oneof(fc.nat(), fc.constantFrom(1.5, 2_147_483_647, 2_147_483_648, 0))),
    coupon: anyValue,
  },
  { requiredKeys: ['order_id', 'user_id', 'amount', 'currency', 'category', 'country', 'created_at'] },
);

test('the outcome is always the reference’s: the same event, or the same reason and message', () => {
  const spaced = fc.constantFrom<(json: string) => string>(
    (json) => json,
    (json) => json.replaceAll('":', '": ').replaceAll(',"', ', "'),
    (json) => JSON.stringify(JSON.parse(json), null, 2),
  );
  const cut = fc.option(
    fc.tuple(fc.nat(300), fc.nat(3), fc.string({ unit: fc.constantFrom(...'019.-+e",:{} \\\n'), maxLength: 2 })),
    { freq: 3 },
  );
  fc.assert(
    fc.property(anyOrder, fc.boolean(), spaced, cut, (event, backwards, space, damage) => {
      const fields = Object.entries(event);
      let json = space(JSON.stringify(Object.fromEntries(backwards ? fields.reverse() : fields)));
      if (damage) json = json.slice(0, damage[0]) + damage[2] + json.slice(damage[0] + damage[1]);
      const bytes = Buffer.from(json);
      expect(outcome(() => read(bytes))).toEqual(outcome(() => reference(bytes.toString())));
    }),
    { numRuns: 5_000 },
  );
});

function likely<T>(value: fc.Arbitrary<T>): fc.Arbitrary<unknown> {
  return fc.oneof({ arbitrary: value, weight: 30 }, { arbitrary: anyValue, weight: 1 });
}

function outcome(work: () => unknown): unknown {
  try {
    return work();
  } catch (error) {
    if (!(error instanceof Unusable)) throw error;
    return { reason: error.reason, message: error.message };
  }
}
