/** Sends the synthetic shop's messages to Kafka and counts what a pipeline must make of them. */
import type { KafkaConnection } from '#adapters/kafka/index.ts';
import { createExpectation, type Expectation, type Totals } from './expectation.ts';
import { type SimulatorOptions, simulateBatches } from './simulator.ts';

interface Production {
  readonly kafka: Pick<KafkaConnection, 'producer'>;
  readonly options: SimulatorOptions;
  /** Ends the production after the batch that is on its way. */
  readonly signal?: AbortSignal | undefined;
  /** Pass the same one to several productions to count them together. Default: a new one. */
  readonly expectation?: Expectation | undefined;
  /** Called after each batch. */
  readonly onProgress?: ((totals: Totals) => void) | undefined;
}

/** A broker takes batches of 1,048,588 bytes by default; half of that is left for keys and framing. */
const LIMITS = { records: 2_000, bytes: 512 * 1024 };

/**
 * Resolves with the expected totals when Kafka has acknowledged all records. Kafka's timestamp is the time of sending even
 * if `options.start` lies in the past, since brokers soon remove records with old timestamps.
 *
 * @throws if Kafka is down longer than its client retries; the last progress then has what was acknowledged before
 */
export async function produce({
  kafka,
  options,
  signal,
  expectation = createExpectation(),
  onProgress,
}: Production): Promise<Totals> {
  const producer = await kafka.producer();
  try {
    for await (const batch of simulateBatches(options, LIMITS, signal)) {
      for (const [topic, messages] of Map.groupBy(batch, (message) => message.topic))
        await producer.send(
          topic,
          messages.map(({ key, value, headers }) => ({ key, value, headers })),
        );
      expectation.add(batch);
      onProgress?.(expectation.totals());
    }
  } finally {
    await producer.close();
  }
  return expectation.totals();
}
