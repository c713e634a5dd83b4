import { describe, expect, it } from 'vitest';
import { partitionBatches } from './kafka-event.ts';

const record = (offset: number, more: object = {}) => ({
  topic: 'orders',
  partition: 1,
  offset,
  timestamp: 1_765_411_201_000,
  timestampType: 'CREATE_TIME' as const,
  key: Buffer.from('k').toString('base64'),
  value: Buffer.from('{}').toString('base64'),
  headers: [],
  ...more,
});

describe('partitionBatches', () => {
  it('sorts a partition by offset and counts a record once', () => {
    const [batch] = partitionBatches({ records: { 'orders-1': [record(7), record(5), record(7)] } });
    expect(batch?.records.map(({ offset }) => offset)).toEqual([5, 7]);
  });
  it('reads a tombstone, a missing key and signed header bytes', () => {
    const headers = [{ trace: [-1, 65] }];
    const event = { records: { 'orders-1': [record(0, { key: undefined, value: null, headers })] } };
    expect(partitionBatches(event as never)[0]?.records[0]).toMatchObject({
      key: null,
      value: null,
      headers: [{ name: 'trace', value: Uint8Array.of(255, 65) }],
    });
  });
  it('gives nothing for an event without records', () => {
    expect(partitionBatches({ records: {} })).toEqual([]);
    expect(partitionBatches({ records: { 'orders-0': [] } })).toEqual([]);
  });
});
