import { expect, test } from 'vitest';
import { describeRefusals, describeResult } from './redrive.ts';

const letter = { dead_letter_id: 7, topic: 'orders', partition: 0, record_offset: 5 };
const result = { redriven: [letter], already: [], unknown: [], dry_run: false };

test('prints what was sent back, by topic', () => {
  const three = { ...result, redriven: [letter, letter, { ...letter, topic: 'transactions' }] };
  expect(describeResult({ ...three, relayed: { outcome: 'drained' } })).toBe(
    'Sent 2 dead letters back to orders.\nSent 1 dead letter back to transactions.',
  );
  expect(describeResult({ ...result, dry_run: true })).toBe('Would send 1 dead letter back to orders.');
});

test('a relay that fails loses nothing, and its reason is printed', () => {
  const text = describeResult({
    ...result,
    relayed: { outcome: 'failed', why: 'tillstream-local-relay-outbox failed: no broker' },
  });
  expect(text).toContain('Sent 1 dead letter back to orders.\nThey wait in the outbox');
  expect(text).toContain('no broker');
});

test('prints what had been sent before, by whom, and what does not exist', () => {
  const before = { dead_letter_id: 8, redriven_by: 'ada', redriven_at: '2026-01-02T03:04:05.000Z' };
  expect(describeResult({ ...result, redriven: [], already: [before], unknown: [9] }).split('\n')).toEqual([
    'Dead letter 8 was sent back before: 2026-01-02T03:04:05.000Z by ada.',
    'There is no dead letter 9.',
  ]);
  expect(describeResult({ ...result, redriven: [] })).toBe('No dead letters to send back.');
});

test('a dry run says how many would be refused again, and why', () => {
  expect(describeRefusals({ not_json: 2, unknown_product: 1 })).toEqual([
    '2 dead letters of these would be refused again: not_json.',
    '1 dead letter of these would be refused again: unknown_product.',
  ]);
  expect(describeRefusals()).toEqual([]);
});
