import { expect, test } from 'vitest';
import { readRequest } from './request.ts';

test.each([
  { action: 'list' },
  { action: 'load_new' },
  { action: 'progress' },
  { action: 'load', delivery_ids: [1, 2], run_id: 'scheduled__2025-12-11' },
])('takes %j', (payload) => {
  expect(readRequest(payload)).toEqual(payload);
});

test.each([
  undefined,
  null,
  {},
  { action: 'unload' },
  { action: 'load', delivery_ids: [], run_id: 'x' },
  { action: 'load', delivery_ids: ['1'], run_id: 'x' },
  { action: 'load', delivery_ids: [1.5], run_id: 'x' },
  { action: 'load', delivery_ids: [1] },
  { action: 'load', delivery_ids: [1], run_id: 'a\0b' },
])('refuses %j and says what it takes', (payload) => {
  expect(() => readRequest(payload)).toThrow('Expected {"action": "list"}');
});
