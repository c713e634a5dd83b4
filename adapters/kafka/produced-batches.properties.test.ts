import fc from 'fast-check';
import produce, { type Produce } from 'kafkajs/src/protocol/requests/produce/index.js';
import { expect, test } from 'vitest';

// As kafkajs made it, before the import below.
const kafkajs = produce.protocol({ version: 7 });
await import('./client.ts');
const ours = produce.protocol({ version: 7 });

const bytes = fc.oneof(
  fc.constant(null),
  fc.uint8Array({ maxLength: 300 }).map((array) => Buffer.from(array)),
  fc.string({ unit: 'grapheme', maxLength: 40 }),
);
const header = fc.uint8Array({ maxLength: 20 }).map((array) => Buffer.from(array));
const message = fc.record(
  {
    key: bytes,
    value: bytes,
    // As many digits as kafkajs needs to sort them; up to more than a varint of 32 bits apart.
    timestamp: fc.integer({ min: 1_000_000_000_000, max: 1_900_000_000_000 }).map(String),
    headers: fc.dictionary(fc.string({ maxLength: 5 }), fc.oneof(header, fc.array(header, { maxLength: 2 })), {
      maxKeys: 2,
    }),
  },
  { requiredKeys: ['key', 'value', 'timestamp'] },
);
const partition = fc.record({
  partition: fc.nat(1_000),
  messages: fc.array(message, { minLength: 1, maxLength: 150 }),
  firstSequence: fc.nat(),
});
const asked: fc.Arbitrary<Produce> = fc.record({
  transactionalId: fc.constantFrom(null, 'é1'),
  acks: fc.constantFrom(-1, 0, 1),
  timeout: fc.nat(),
  compression: fc.constantFrom(0, 1, 4),
  producerId: fc.constantFrom('-1', '0', '9007199254740993'),
  producerEpoch: fc.nat(32_767),
  topicData: fc.array(fc.record({ topic: fc.string(), partitions: fc.array(partition, { maxLength: 2 }) }), {
    maxLength: 2,
  }),
});

test('what is produced has the bytes that kafkajs writes', async () => {
  await fc.assert(
    fc.asyncProperty(asked, async (data) => {
      const [due, made] = await Promise.all([kafkajs(data).request.encode(), ours(data).request.encode()]);
      expect(made.buffer.equals(due.buffer)).toBe(true);
    }),
    { numRuns: 100 },
  );
});

test.each([2, 3])('a compression that is only read here, %i, is refused', async (compression) => {
  const messages = [{ key: null, value: Buffer.from('v'), timestamp: '1767326645000' }];
  const topicData = [{ topic: 't', partitions: [{ partition: 0, messages }] }];
  const encoded = ours({ acks: -1, timeout: 1, compression, topicData }).request.encode();
  await expect(encoded).rejects.toThrow('can be read but not produced here');
});

test('lengths around the steps of a varint', async () => {
  for (const length of [0, 62, 63, 64, 65, 8_190, 8_191, 8_192, 1_048_575, 1_048_576]) {
    const messages = [{ key: Buffer.alloc(length), value: Buffer.alloc(length, 1), timestamp: '1767326645000' }];
    const data = {
      ...{ acks: -1, timeout: 1, compression: 0, producerId: '1', producerEpoch: 0 },
      topicData: [{ topic: 't', partitions: [{ partition: 0, messages, firstSequence: 0 }] }],
    };
    const [due, made] = await Promise.all([kafkajs(data).request.encode(), ours(data).request.encode()]);
    expect(made.buffer.equals(due.buffer)).toBe(true);
  }
});
