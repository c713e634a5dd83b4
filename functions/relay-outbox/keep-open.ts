/**
 * Keeps the connection to Kafka from one invocation to the next: opening one costs more than a small batch of announcements.
 * A connection that failed, or that is closed in the middle of a send since time is up, is really closed.
 */
import type { KafkaConnection, Producer } from '#adapters/kafka/index.ts';

/** After which an idle connection is made anew: a broker, or a network in between, may have forgotten it. */
const IDLE_MS = 4 * 60_000;

interface Kept {
  readonly kafka: KafkaConnection;
  readonly producer: Producer;
  usedAt: number;
}

/** @returns a function that gives the connection of the call before, if it is as good as new; one caller at a time */
export function keepOpen(connectKafka: () => Promise<KafkaConnection>): () => Promise<KafkaConnection> {
  let kept: Kept | undefined;

  async function open(): Promise<Kept> {
    const known = kept;
    kept = undefined;
    if (known && Date.now() - known.usedAt < IDLE_MS) return known;
    if (known) await closeBoth(known).catch(() => {});
    const kafka = await connectKafka();
    try {
      return { kafka, producer: await kafka.producer(), usedAt: Date.now() };
    } catch (error) {
      await kafka.close();
      throw error;
    }
  }

  return async () => {
    const own = await open();
    let sending = 0;
    let isBroken = false;
    const producer: Producer = {
      async send(...records) {
        sending += 1;
        try {
          await own.producer.send(...records);
        } catch (error) {
          isBroken = true;
          throw error;
        } finally {
          sending -= 1;
        }
      },
      async close() {
        if (sending === 0) return;
        isBroken = true;
        await own.producer.close();
      },
    };
    return {
      ...own.kafka,
      producer: async () => producer,
      async close() {
        if (isBroken) return closeBoth(own);
        own.usedAt = Date.now();
        kept = own;
      },
    };
  };
}

async function closeBoth({ kafka, producer }: Kept): Promise<void> {
  await producer.close();
  await kafka.close();
}
