import { expect, test } from 'vitest';
import { loginOptions, outcomeOf, type Write } from './index.ts';

const writes: Write[] = [
  { id: 'a', document: { n: 1 } },
  { id: 'b', remove: true },
  { id: 'c', document: { n: 3 } },
  { id: 'd', document: { n: 4 } },
  { id: 'e', remove: true },
];
const [a, b, c, d, e] = writes;
const item = (status: number, error?: { type: string; reason: string }) => ({
  _index: 'i',
  status,
  ...(error && { error }),
});

test('only items that the server had no room for are retried; refused ones are reported with the reason', () => {
  const full = { type: 'es_rejected_execution_exception', reason: 'queue full' };
  const strict = { type: 'strict_dynamic_mapping_exception', reason: 'introducing [n] is not allowed' };
  expect(
    outcomeOf(writes, [
      { index: item(201) },
      { delete: item(404) },
      { index: item(429, full) },
      { index: item(400, strict) },
      { delete: item(429, full) },
    ]),
  ).toEqual({ again: [c, e], refused: ['d: status 400, introducing [n] is not allowed'] });
});

test('an item that the answer leaves out counts as refused', () => {
  expect(outcomeOf([a, b, d] as Write[], [{ index: item(200) }])).toEqual({
    again: [],
    refused: ['b: no answer', 'd: no answer'],
  });
});

test('the secret may hold the node’s address and its certificate’s authority beside the login', () => {
  const login = { username: 'elastic', password: 'p' };
  expect(loginOptions(login)).toEqual({ auth: login });
  const node = { url: 'https://10.20.0.7', ca: 'PEM' };
  expect(loginOptions({ ...login, ...node })).toEqual({
    auth: login,
    node: node.url,
    tls: { ca: node.ca },
  });
});
