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
  it('keeps what was left out of a record', () => {
    const event = { records: { 'orders-1': [record(0, { value: undefined, leftOut: { value: 9 } }), record(1)] } };
    const records = partitionBatches(event as never)[0]?.records;
    expect(records?.map(({ leftOut }) => leftOut)).toEqual([{ value: 9 }, undefined]);
  });

  it('keeps the order and the repeats of headers, which come as a list of one-key maps', () => {
    const names = ['b', 'a', 'b', '2', '__proto__', '1'];
    const headers = JSON.parse(`[${names.map((name, index) => `{"${name}":[${index}]}`).join()}]`);
    const [batch] = partitionBatches({ records: { 'orders-1': [record(0, { headers })] } });
    expect(batch?.records[0]?.headers).toEqual(names.map((name, index) => ({ name, value: Uint8Array.of(index) })));
  });
  it('gives nothing for an event without records', () => {
    expect(partitionBatches({ records: {} })).toEqual([]);
    expect(partitionBatches({ records: { 'orders-0': [] } })).toEqual([]);
  });
});
