import fc from 'fast-check';
import { expect, test } from 'vitest';
import { PAYLOAD_BYTES } from '#domain/deliverable.ts';
import type { ConsumedRecord } from './consumer.ts';
import { encodeEvent, encodeRecord, weightOf } from './lambda-event.ts';

const source = { eventSourceArn: 'arn:aws:kafka:somewhere', bootstrapServers: 'b-1:9092,b-2:9092', topic: 'orders' };

const bytes = fc.uint8Array({ maxLength: 40 });
const record: fc.Arbitrary<ConsumedRecord> = fc.record({
  offset: fc.maxSafeNat(),
  timestamp: fc.maxSafeNat(),
  timestampType: fc.constantFrom('CREATE_TIME', 'LOG_APPEND_TIME'),
  key: fc.option(bytes),
  value: fc.option(bytes),
  headers: fc.array(fc.record({ name: fc.string({ unit: 'grapheme' }), value: bytes }), { maxLength: 3 }),
});
const partitions = fc.uniqueArray(
  fc.record({ partition: fc.nat(1_200), records: fc.array(record, { minLength: 1, maxLength: 5 }) }),
  { selector: ({ partition }) => partition, minLength: 1, maxLength: 4 },
);

const encode = ({ partition, records }: { partition: number; records: readonly ConsumedRecord[] }) =>
  [partition, records.map((each) => encodeRecord('orders', partition, each))] as const;

const order: ConsumedRecord = {
  offset: 15,
  timestamp: 1_545_084_650_987,
  timestampType: 'CREATE_TIME',
  key: Buffer.from('u-1'),
  value: Buffer.from('{}'),
  headers: [{ name: 'ë', value: Buffer.from('ë') }],
};

test('an event has the form that AWS sends', () => {
  const encoded = encodeEvent(source, new Map([encode({ partition: 0, records: [order] })]));
  expect(JSON.parse(encoded.toString())).toEqual({
    eventSource: 'aws:kafka',
    eventSourceArn: 'arn:aws:kafka:somewhere',
    bootstrapServers: 'b-1:9092,b-2:9092',
    records: {
      'orders-0': [
        {
          topic: 'orders',
          partition: 0,
          offset: 15,
          timestamp: 1_545_084_650_987,
          timestampType: 'CREATE_TIME',
          key: 'dS0x',
          value: 'e30=',
          headers: [{ ë: [-61, -85] }],
        },
      ],
    },
  });
});

test('a null key and a null value are left out, an empty one is not', () => {
  const bare: ConsumedRecord = {
    offset: 0,
    timestamp: 0,
    timestampType: 'CREATE_TIME',
    key: null,
    value: null,
    headers: [],
  };
  expect(JSON.parse(encodeRecord('orders', 0, bare))).not.toHaveProperty('key');
  expect(JSON.parse(encodeRecord('orders', 0, bare))).not.toHaveProperty('value');
  expect(JSON.parse(encodeRecord('orders', 0, { ...bare, value: Buffer.of() }))).toHaveProperty('value', '');
});

test('a record that no event can hold is there without what is too large of it', () => {
  const large = { ...order, value: Buffer.alloc(5_000_000) };
  const text = encodeRecord('orders', 3, large);
  const { value, ...rest } = JSON.parse(encodeRecord('orders', 3, order));
  expect(JSON.parse(text)).toEqual({ ...rest, leftOut: { value: 5_000_000 } });
});

test('the largest record that is left whole fits into an event', () => {
  const headers = [{ name: 'ë', value: Buffer.alloc(600_000, 0x80) }];
  // 5 bytes for each of the headers' bytes, 4 for 3 of the value's.
  const fitting = Math.floor(((PAYLOAD_BYTES - 8 * 1024 - 3_000_100) * 3) / 4);
  const encoded = (length: number) => encodeRecord('orders', 0, { ...order, headers, value: Buffer.alloc(length) });
  const whole = encoded(fitting);
  expect(JSON.parse(whole)).not.toHaveProperty('leftOut');
  expect(encodeEvent(source, new Map([[0, [whole]]])).length).toBeLessThanOrEqual(PAYLOAD_BYTES);
  expect(JSON.parse(encoded(fitting + 100))).toHaveProperty('leftOut');
});

test('every byte of every record comes back from the event', () => {
  fc.assert(
    fc.property(partitions, (batch) => {
      const event = JSON.parse(encodeEvent(source, new Map(batch.map(encode))).toString());
      for (const { partition, records } of batch)
        expect(event.records[`orders-${partition}`].map(decode)).toEqual(records.map(plain));
    }),
  );
});

test('weights add up to the size of the event, to the byte', () => {
  fc.assert(
    fc.property(partitions, (batch) => {
      const encoded = batch.map(encode);
      const weight = encoded.reduce(
        (sum, [partition, texts]) =>
          texts.reduce((bytes, text) => bytes + weightOf.record(text), sum + weightOf.partition('orders', partition)),
        weightOf.event(source),
      );
      expect(encodeEvent(source, new Map(encoded)).length).toBe(weight);
    }),
  );
});

type Decoded = { offset: number; key?: string; value?: string; headers: Record<string, number[]>[] };

const decode = ({ offset, key, value, headers }: Decoded) => ({
  offset,
  key: key === undefined ? null : [...Buffer.from(key, 'base64')],
  value: value === undefined ? null : [...Buffer.from(value, 'base64')],
  headers: headers.flatMap((header) =>
    Object.entries(header).map(([name, signed]) => ({ name, value: [...Uint8Array.from(signed)] })),
  ),
});

const plain = ({ offset, key, value, headers }: ConsumedRecord) => ({
  offset,
  key: key && [...key],
  value: value && [...value],
  headers: headers.map((header) => ({ name: header.name, value: [...header.value] })),
});
