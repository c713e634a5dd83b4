import { expect, test } from 'vitest';
import { arrayParameter, textParameter } from './array-parameter.ts';

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

test('a column of text has the bytes that an array of its texts has', () => {
  const bytes = Buffer.from('{"a":"ü","b":"lamp"}');
  const at = (text: string) => bytes.indexOf(text);
  const column = {
    arena: { bytes, length: bytes.length },
    starts: Int32Array.of(at('ü'), at('lamp'), 0),
    ends: Int32Array.of(at('ü') + 2, at('lamp') + 4, 0),
  };
  expect(textParameter(column)).toEqual(arrayParameter('text', ['ü', 'lamp', '']));
});
