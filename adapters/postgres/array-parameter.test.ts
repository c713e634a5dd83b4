import { expect, test } from 'vitest';
import { arrayParameter } from './array-parameter.ts';

/** One dimension with nulls, the type, how many elements, counted from 1. */
const header = (oid: string, length: string) => `0000000100000001000000${oid}000000${length}00000001`;

test('arrays as array_recv reads them', () => {
  expect(arrayParameter('text', ['ü', Buffer.from('{"a"}'), null]).toString('hex')).toBe(
    `${header('19', '03')}${'00000002c3bc'}${'000000057b2261227d'}${'ffffffff'}`,
  );
  expect(arrayParameter('bigint', [-1, 7_000_000_000n]).toString('hex')).toBe(
    `${header('14', '02')}${'00000008ffffffffffffffff'}${'0000000800000001a13b8600'}`,
  );
  expect(arrayParameter('timestamp', []).subarray(8, 16).toString('hex')).toBe('000004a000000000');
});
