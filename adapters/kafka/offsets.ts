/** Questions about a topic's offsets, each over a connection of its own: for functions that rarely have one. */
import type { OffsetRange } from '#domain/deliveries.ts';
import type { KafkaConfiguration } from '../configuration.ts';
import { connectKafka, type KafkaConnection } from './index.ts';

/** The first offset of a partition that Kafka still holds. */
export async function earliestOffset(
  configuration: KafkaConfiguration,
  topic: string,
  partition: number,
): Promise<number> {
  const offsets = await connected(configuration, (kafka) => kafka.offsets(topic));
  const found = offsets.find((offsets) => offsets.partition === partition);
  if (!found) throw new Error(`Topic ${topic} has no partition ${partition}`);
  return found.earliest;
}

/** The first offset of the range at which Kafka holds a record, the records of aborted transactions not counted. */
export const firstRecord = (
  configuration: KafkaConfiguration,
  topic: string,
  partition: number,
  { firstOffset, lastOffset }: OffsetRange,
): Promise<number | undefined> =>
  connected(configuration, async (kafka) => {
    // One offset further, where there is a record: the reading ends there, even if the range itself holds none.
    const ranges = new Map([[partition, { from: firstOffset, to: lastOffset + 2 }]]);
    for await (const { records } of kafka.read(topic, ranges)) {
      const offset = records[0]?.offset ?? lastOffset + 1;
      return offset <= lastOffset ? offset : undefined;
    }
    return undefined;
  });

async function connected<T>(
  configuration: KafkaConfiguration,
  ask: (kafka: KafkaConnection) => Promise<T>,
): Promise<T> {
  const kafka = await connectKafka({ ...configuration, clientId: 'tillstream-offsets' });
  try {
    return await ask(kafka);
  } finally {
    await kafka.close();
  }
}
