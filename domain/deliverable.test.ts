import { expect, test } from 'vitest';
import { deliverable, type LeftOut, tooLarge } from './deliverable.ts';

const record = { offset: 7, key: Buffer.from('u-1'), value: Buffer.from('{}'), headers: [] };
const header = (bytes: number) => ({ name: 'ë', value: Buffer.alloc(bytes, 0x80) });

test('a usual record is handed over as it is', () => {
  expect(deliverable(record)).toBe(record);
});

test.each([
  ['a value', { value: Buffer.alloc(5e6) }, { value: 5e6 }],
  ['headers, which grow most', { headers: [header(1.5e6)] }, { headers: 1_500_002 }],
  ['the larger of two', { key: Buffer.alloc(2.4e6), value: Buffer.alloc(2.5e6) }, { value: 2.5e6 }],
  [
    'every part',
    { key: Buffer.alloc(5e6), value: Buffer.alloc(6e6), headers: [header(1.5e6)] },
    { key: 5e6, value: 6e6, headers: 1_500_002 },
  ],
])('what is too large is left out: %s', (_, parts, leftOut: LeftOut) => {
  const whole = { ...record, ...parts };
  const { key, value, headers, ...rest } = deliverable(whole);
  expect(rest).toEqual({ offset: 7, leftOut });
  expect(key).toBe('key' in leftOut ? null : whole.key);
  expect(value).toBe('value' in leftOut ? null : whole.value);
  expect(headers).toHaveLength('headers' in leftOut ? 0 : whole.headers.length);
});

test('what was left out before stays so', () => {
  const batchless = { ...record, value: null, leftOut: { batch: 9 } };
  expect(deliverable(batchless)).toBe(batchless);
  const partly = { ...record, value: Buffer.alloc(5e6), leftOut: { headers: 4 } };
  expect(deliverable(partly)).toMatchObject({ value: null, leftOut: { headers: 4, value: 5e6 } });
});

test('headers count as the numbers that they become, not as the longest ones', () => {
  // 65 is two digits and a comma for each byte; the longest number has five characters.
  const headers = [{ name: 'h', value: Buffer.alloc(1_500_000, 65) }];
  expect(deliverable({ ...record, headers })).not.toHaveProperty('leftOut');
});

test('the dead letter says what is missing, and how large it is', () => {
  expect(tooLarge({ value: 5e6, headers: 4 })).toMatchObject({
    reason: 'too_large',
    message: expect.stringContaining('only Kafka has its value (5000000 bytes) and headers (4 bytes)'),
  });
});
