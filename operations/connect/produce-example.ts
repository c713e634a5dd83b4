/** Sends one example record to a topic, as a shop would: to see what becomes of it. */
import type { Stream } from '#domain/streams.ts';
import type { Backbone } from '../backbone.ts';
import { exampleFor } from './connect.ts';

export interface ProducedExample {
  readonly topic: string;
  readonly partition: number;
  /** Null if Kafka doesn't say it, as of a record that it had got at an earlier attempt. */
  readonly offset: number | null;
  readonly key: string;
  /** JSON. */
  readonly value: string;
}

/** @throws if Kafka doesn't take it */
export async function produceExample({ kafka }: Pick<Backbone, 'kafka'>, stream: Stream): Promise<ProducedExample> {
  const { topic, key, value } = exampleFor(stream);
  const producer = await (await kafka()).producer();
  try {
    const [written] = await producer.send(topic, [{ key, value }]);
    if (!written) throw new Error(`Kafka doesn't say where the record of ${topic} is.`);
    return { topic, partition: written.partition, offset: written.firstOffset ?? null, key, value };
  } finally {
    await producer.close();
  }
}
