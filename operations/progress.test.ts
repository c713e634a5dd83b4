import { expect, it } from 'vitest';
import { catalogue } from '#domain/streams.ts';
import { progressOf, readOffsets, total } from './progress.ts';

const [first, ...others] = catalogue.map(({ topic }) => topic) as [string, ...string[]];
const partition = { partition: 0, earliest: 0, latest: 4 };
/** As the client throws it: the broker's error at its root. */
const broker = (type: string) =>
  new Error('gave up', { cause: Object.assign(new Error(type), { name: 'KafkaJSProtocolError', type }) });

it('leaves out a topic that Kafka does not have, and hides no other', async () => {
  const offsets = await readOffsets({
    offsets: async (topic) => {
      if (topic === first) throw broker('UNKNOWN_TOPIC_OR_PARTITION');
      return [partition];
    },
  });
  expect([...offsets.keys()]).toEqual(others);
  const refused = readOffsets({ offsets: () => Promise.reject(broker('TOPIC_AUTHORIZATION_FAILED')) });
  await expect(refused).rejects.toThrow('gave up');
});

it('does not let a topic that was made anew hide what waits in the others', () => {
  const partitions = catalogue.slice(0, 1).map(({ topic, consumer }) => ({
    ...{ consumer, topic, partition: 0, start: 0, next: 900 },
    ...{ records: 900, accepted: 900, duplicates: 0, rejected: 0, objects: 0, lost: 0 },
  }));
  const offsets = new Map(catalogue.map(({ topic }) => [topic, [partition]]));
  const progress = progressOf({ at: '', partitions, loads: new Map() }, offsets);
  expect(progress.streams[first]?.lag).toBe(0);
  expect(total(progress, 'lag')).toBe(4 * others.length);
});
