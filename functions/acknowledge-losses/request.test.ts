import { expect, test } from 'vitest';
import { readRequest } from './request.ts';

const request = { loss_ids: [1], acknowledged_by: 'ada', reason: 'sent again' };

test('takes ids, a name and a reason', () => {
  expect(readRequest({ ...request, reason: ' sent again\n' })).toEqual({ ...request, dry_run: false });
  expect(readRequest({ ...request, loss_ids: [1, 2], dry_run: true })).toMatchObject({
    loss_ids: [1, 2],
    dry_run: true,
  });
});

test.each([
  undefined,
  {},
  { ...request, loss_ids: [] },
  { ...request, loss_ids: ['1'] },
  { ...request, loss_ids: [0] },
  { ...request, acknowledged_by: ' ' },
  { ...request, acknowledged_by: 'a\0b' },
  { ...request, reason: 'a\0b' },
  { ...request, reason: '\ud800' },
  { ...request, reason: 'a\x1b[2Jb' },
  { ...request, reason: 'a'.repeat(2_001) },
  { ...request, reason: '' },
  { ...request, reason: ' \n' },
  { ...request, reason: undefined },
])('refuses %j and says what it takes', (payload) => {
  expect(() => readRequest(payload)).toThrow(
    'Expected {"loss_ids": [1], "acknowledged_by": "name", "reason": "why it is accepted"}',
  );
});
