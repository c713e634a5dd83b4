import { describe, expect, it } from 'vitest';
import { describeLosses, describeResult, run } from './losses.ts';

describe('npx tillstream losses', () => {
  it('lists each loss with its offsets and time, and who accepted it, when and why', () => {
    const loss = { consumer: 'archive-orders', topic: 'orders', partition: 2, first_offset: 100, last_offset: 149 };
    const found = { ...loss, records: 50, noticed_at: new Date('2026-01-02T03:04:05Z') };
    const open = { ...found, id: 7, acknowledged_by: null, acknowledged_at: null, reason: null };
    const decision = {
      acknowledged_by: 'ada',
      acknowledged_at: new Date('2026-01-03T04:05:06Z'),
      reason: 'sent again',
    };
    const lines = describeLosses([open, { ...found, ...decision, id: 8 }]).split('\n');
    expect(lines.map((line) => line.trim().split(/ {2,}/))).toEqual([
      ['id', 'consumer', 'topic', 'partition', 'offsets', 'records', 'found', 'acknowledged', 'reason'],
      ['7', 'archive-orders', 'orders', '2', '100-149', '50', '2026-01-02T03:04Z', 'no'],
      [
        '8',
        'archive-orders',
        'orders',
        '2',
        '100-149',
        '50',
        '2026-01-02T03:04Z',
        '2026-01-03T04:05Z by ada',
        'sent again',
      ],
    ]);
    expect(describeLosses([])).toBe('No losses.');
  });

  it('prints what it acknowledged, what had been acknowledged before, and what does not exist', () => {
    const loss = { consumer: 'archive-orders', topic: 'orders', partition: 2, first_offset: 100, last_offset: 149 };
    const before = { acknowledged_by: 'eve', acknowledged_at: '2026-01-03T04:05:06.000Z', reason: 'sent again' };
    const result = {
      acknowledged: [{ loss_id: 7, ...loss }],
      already: [{ loss_id: 8, ...before }],
      unknown: [9],
      dry_run: false,
    };
    expect(describeResult(result).split('\n')).toEqual([
      'Acknowledged loss 7: orders partition 2 offsets 100-149.',
      'Loss 8 was acknowledged before: 2026-01-03T04:05:06.000Z by eve: sent again',
      'There is no loss 9. npx tillstream losses lists them.',
    ]);
    expect(describeResult({ ...result, dry_run: true })).toContain('Would acknowledge loss 7:');
  });

  it.each([
    [['acknowledge', '1'], '--reason'],
    [['acknowledge', '1', '--reason', ' '], '--reason'],
    [['acknowledge', '1', '--reason', 'sent again', '--by', ''], '--by'],
    [
      ['acknowledge', '1', '--reason', 'sent\0again'],
      '--reason: expected one line without control characters, got U+0000',
    ],
    [['acknowledge', '1', '--reason', 'sent again', '--by', 'a\x1b[2Jb'], '--by: expected one line'],
    [['acknowledge', '--reason', 'sent again'], 'takes the id'],
    [['acknowledge', 'x', '--reason', 'sent again'], 'got x'],
    [['list', '--reason', 'sent again'], 'takes --json only'],
    [['forget', '1'], 'no action forget'],
  ])('rejects %j before it looks for a stack', async (args, message) => {
    await expect(run(args)).rejects.toThrow(message);
  });
});
