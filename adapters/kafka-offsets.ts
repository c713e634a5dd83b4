/** Offsets of a topic for functions that ask rarely: a connection for one question. */
import { connectKafka, type PartitionOffsets } from './kafka.ts';

export async function topicOffsets(bootstrapServers: string, topic: string): Promise<readonly PartitionOffsets[]> {
  const kafka = await connectKafka({ bootstrapServers, clientId: 'tillstream-offsets' });
  try {
    return await kafka.offsets(topic);
  } finally {
    await kafka.close();
  }
}

/** The first offset of a partition that Kafka still holds. */
export async function earliestOffset(bootstrapServers: string, topic: string, partition: number): Promise<number> {
  const found = (await topicOffsets(bootstrapServers, topic)).find((offsets) => offsets.partition === partition);
  if (!found) throw new Error(`Topic ${topic} has no partition ${partition}`);
  return found.earliest;
}
