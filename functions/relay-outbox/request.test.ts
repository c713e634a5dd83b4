import { expect, test } from 'vitest';
import { readRequest } from './request.ts';

test.each([undefined, null, {}, { source: 'aws.events' }])('removes nothing when it is called with %j', (payload) => {
  expect(readRequest(payload)).toEqual({});
});

test('says how long sent messages are kept', () => {
  expect(readRequest({ keep_sent_days: 7 })).toEqual({ keep_sent_days: 7 });
});

test.each([0, 0.5, -1, '7', Number.NaN])('refuses %j days', (keep_sent_days) => {
  expect(() => readRequest({ keep_sent_days })).toThrow('Expected {} or {"keep_sent_days": 7}, got');
});
