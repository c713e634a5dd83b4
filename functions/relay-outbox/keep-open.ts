/**
 * Keeps the connection to Kafka from one invocation to the next: opening one costs more than a small batch of announcements.
 * A connection that failed, or that is closed in the middle of a send since time is up, is really closed.
 */
import type { KafkaConnection, Producer } from '#adapters/kafka/index.ts';

/**
 * After which a connection is made anew. Those to brokers that lead only quiet partitions are idle all the while, and a network
 * forgets them after 350 s, MSK after 10 minutes; a login by IAM ends after 15, and partitions that were added since aren't known.
 * An invocation takes a minute at most (cdk/config/functions.ts).
 */
const OPEN_FOR_MS = 4 * 60_000;

interface Kept {
  readonly kafka: KafkaConnection;
  readonly producer: Producer;
  readonly openedAt: number;
}

/** @returns a function that gives the connection of the call before, if it is as good as new */
export function keepOpen(connectKafka: () => Promise<KafkaConnection>): () => Promise<KafkaConnection> {
  let kept: Kept | undefined;

  async function open(): Promise<Kept> {
    const known = kept;
    kept = undefined;
    if (known && Date.now() - known.openedAt < OPEN_FOR_MS) return known;
    if (known) await closeBoth(known).catch(() => {});
    const openedAt = Date.now();
    const kafka = await connectKafka();
    try {
      return { kafka, producer: await kafka.producer(), openedAt };
    } catch (error) {
      await kafka.close();
      throw error;
    }
  }

  return async () => {
    const own = await open();
    let sending = 0;
    let isBroken = false;
    let isClosed = false;
    const producer: Producer = {
      async send(...records) {
        if (isClosed)
          throw new Error('The producer was closed, such as when time is up; the next run publishes what is left.');
        sending += 1;
        try {
          return await own.producer.send(...records);
        } catch (error) {
          isBroken = true;
          throw error;
        } finally {
          sending -= 1;
        }
      },
      async close() {
        isClosed = true;
        if (sending === 0) return;
        isBroken = true;
        await own.producer.close();
      },
    };
    return {
      ...own.kafka,
      producer: async () => producer,
      async close() {
        // Another caller's may be kept already.
        if (isBroken || kept) return closeBoth(own);
        kept = own;
      },
    };
  };
}

async function closeBoth({ kafka, producer }: Kept): Promise<void> {
  await producer.close();
  await kafka.close();
}
