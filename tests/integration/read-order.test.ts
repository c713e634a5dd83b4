/** The streaming job's reader of orders, in Python, agrees with the functions' reader: same records, values and reasons. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { inRepository } from '#adapters/repository.ts';
import { Unusable } from '#domain/dead-letters.ts';
import { eventReader } from '#domain/event-reader.ts';
import { streams } from '#domain/streams.ts';
import { formatMicros } from '#domain/time.ts';
import { findPython } from '#localstack/install/tools.ts';
import { createRandom } from '#simulator/random.ts';
import { simulate } from '#simulator/simulator.ts';

const program = inRepository('tests/fixtures/read_orders.py');
const read = eventReader(streams.orders);

type Value = Uint8Array | null;

/** The reason for rejection, or the values of the columns. */
function expected(value: Value): unknown {
  try {
    const order = read(value);
    const { order_id, user_id, amount, currency, category, country, created_at, product_id, quantity } = order;
    const created = formatMicros(created_at);
    return [order_id, user_id, amount, currency, category, country, created, product_id ?? null, quantity ?? null];
  } catch (error) {
    if (error instanceof Unusable) return error.reason;
    throw error;
  }
}

async function readByPython(values: readonly Value[]): Promise<unknown[]> {
  const python = await findPython();
  const child = spawn(python?.path ?? 'python3', [program], { stdio: ['pipe', 'pipe', 'inherit'] });
  const ended = once(child, 'exit');
  child.stdin.end(values.map((value) => `${value === null ? '-' : Buffer.from(value).toString('base64')}\n`).join(''));
  const answers = (await text(child.stdout))
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as unknown);
  expect(await ended).toEqual([0, null]);
  return answers;
}

async function expectSame(values: readonly Value[]): Promise<Map<string, number>> {
  const answers = await readByPython(values);
  expect(answers).toHaveLength(values.length);
  const outcomes = new Map<string, number>();
  for (const [index, value] of values.entries()) {
    const wanted = expected(value);
    expect(answers[index], `record ${Buffer.from(value ?? []).subarray(0, 500)}`).toEqual(wanted);
    const outcome = typeof wanted === 'string' ? wanted : 'order';
    outcomes.set(outcome, (outcomes.get(outcome) ?? 0) + 1);
  }
  return outcomes;
}

test('every kind of order and malformed record of the simulator', async () => {
  const shares = { malformed: 1, unusual: 0.5, versionTwo: 0.5, conflicts: 0.05 };
  const values = [...simulate({ topics: ['orders'], count: 6_000, seed: 7, ...shares })].map(({ value }) => value);
  const outcomes = await expectSame(values);
  expect(outcomes.get('order')).toBeGreaterThan(5_000);
  // The orders, and every reason that concerns a single record.
  expect(outcomes.size).toBe(13);
});

const order = {
  order_id: '3f1c9a52-7d2e-4b1a-9c3d-5e6f7a8b9c0d',
  user_id: 'A81bc81b-dead-4e5d-abff-90865d1e13b1',
  amount: 19.99,
  currency: 'EUR',
  category: 'Bücher und 📚',
  country: 'DE',
  created_at: '2025-12-11T00:00:01.123456Z',
  product_id: 'p-0001',
  quantity: 3,
};

test('records with bytes replaced, removed and inserted', async () => {
  const random = createRandom('bytes');
  const telling = Buffer.from('"\\{}[]:,.-+eE0195 nulltrue\0\n\u00e9');
  const values = Array.from({ length: 20_000 }, () => {
    const bytes = [...Buffer.from(JSON.stringify(order))];
    for (let changes = random.integer(1, 3); changes > 0; changes--) {
      const byte = random.chance(0.2) ? random.integer(0, 255) : (telling[random.integer(0, telling.length - 1)] ?? 0);
      bytes.splice(random.integer(0, bytes.length - 1), random.integer(0, 1), ...(random.chance(0.8) ? [byte] : []));
    }
    return Buffer.from(bytes);
  });
  const outcomes = await expectSame(values);
  expect(outcomes.get('order')).toBeGreaterThan(1_000);
});

const digits = fc.stringMatching(/^-?\d{1,11}(\.\d{1,6})?([eE][+-]?\d{1,4})?$/);
const times = fc.stringMatching(
  /^(0000|0001|9999|20[012]\d)-[01]\d-[0-3]\d[T ][0-2]\d:[0-6]\d(:[0-6]\d([.,]\d{1,10})?)?(Z|z|[+-][01]\d(:?[0-6]\d)?)?$/,
);
const texts = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.constantFrom('', '\ud800', '\ufeffEUR', '📚'.repeat(10), '📚'.repeat(11)),
);

/** Writes numbers literally, so that they can have any number of digits. */
const fields: Record<keyof typeof order, fc.Arbitrary<string>> = {
  order_id: fc.uuid().map((id) => JSON.stringify(id.toUpperCase())),
  user_id: fc.constantFrom('"\u212A1bc81b-dead-4e5d-abff-90865d1e13b1"', '42', 'null'),
  amount: fc.oneof(
    digits,
    digits.map((amount) => `"${amount}"`),
    fc.double().map((value) => JSON.stringify(value)),
  ),
  currency: texts.map((value) => JSON.stringify(value)),
  category: fc.constantFrom('"\\ud83d"', '"\\ud83d\\udcda"', `"${'x'.repeat(50)}"`, `"${'x'.repeat(51)}"`, '"\\u0000"'),
  country: texts.map((value) => JSON.stringify(value)),
  created_at: times.map((value) => JSON.stringify(value)),
  product_id: fc.oneof(
    texts.map((value) => JSON.stringify(value)),
    fc.constantFrom('null', '7', '{}'),
  ),
  quantity: fc.oneof(
    digits,
    fc.constantFrom('"1"', 'true', '2147483647', '2147483648', '2147483647.00000011', '2147483647.000'),
    fc.constantFrom(
      '0.99999999999999999999',
      '1.0000000000000000000001',
      '1.000',
      '10e-1',
      '1e0001',
      '1e-400',
      `1e${'0'.repeat(5_000)}1`,
    ),
  ),
};

test('extreme values', async () => {
  const changes = Object.entries(fields).flatMap(([name, values]) =>
    fc.sample(values, { numRuns: 2_000, seed: 1 }).map((value) => [name, value] as const),
  );
  const values = changes.map(([name, value]) =>
    Buffer.from(JSON.stringify({ ...order, [name]: '@' }).replace('"@"', () => value)),
  );
  const outcomes = await expectSame([...values, Buffer.from(`\ufeff${JSON.stringify(order)}`)]);
  expect(outcomes.get('order')).toBeGreaterThan(2_000);
});
