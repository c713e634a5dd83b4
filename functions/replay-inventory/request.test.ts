import { expect, test } from 'vitest';
import { readRequest } from './request.ts';

test.each([true, false])('takes dry_run: %j', (dry_run) => {
  expect(readRequest({ dry_run })).toEqual({ dry_run });
});

test.each([undefined, {}, { dry_run: 'true' }, { dryRun: true }, { dry_run: false, 'dry-run': true }])(
  'refuses %j and says what it takes',
  (payload) => {
    expect(() => readRequest(payload)).toThrow('Expected {"dry_run": true}, or false to correct the stock');
  },
);
