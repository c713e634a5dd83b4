import { expect, test } from 'vitest';
import { readRequest } from './request.ts';

const request = { dead_letter_ids: [1], redriven_by: 'ada' };

test('takes ids, a name, and for one letter another value', () => {
  expect(readRequest({ ...request, dead_letter_ids: [1, 2] })).toEqual({
    dead_letter_ids: [1, 2],
    redriven_by: 'ada',
    dry_run: false,
  });
  expect(readRequest({ ...request, edited_value: 'e30=', dry_run: true })).toMatchObject({ edited_value: 'e30=' });
});

test.each([
  undefined,
  {},
  { ...request, dead_letter_ids: [] },
  { ...request, dead_letter_ids: ['1'] },
  { ...request, redriven_by: ' ' },
  { ...request, redriven_by: 'a\0b' },
  { ...request, redriven_by: '\ud800' },
  { ...request, redriven_by: 'a'.repeat(201) },
  { ...request, edited_value: '{}' },
  { ...request, dead_letter_ids: [1, 2], edited_value: 'e30=' },
])('refuses %j and says what it takes', (payload) => {
  expect(() => readRequest(payload)).toThrow('Expected {"dead_letter_ids": [1], "redriven_by": "name"}');
});
