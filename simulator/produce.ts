/** Sends the synthetic shop's messages to Kafka, and keeps count of what a pipeline now owes. */
import type { KafkaConnection } from '#adapters/kafka/index.ts';
import { createExpectation, type Expectation, type Totals } from './expectation.ts';
import { type SimulatorOptions, simulateBatches } from './simulator.ts';

interface Production {
  readonly kafka: Pick<KafkaConnection, 'producer'>;
  readonly options: SimulatorOptions;
  /** Ends the production after the batch that is on its way. */
  readonly signal?: AbortSignal | undefined;
  /** Where to count, if several productions make one whole. Default: a new one. */
  readonly expectation?: Expectation | undefined;
  /** Told after each batch. */
  readonly onProgress?: ((totals: Totals) => void) | undefined;
}

/** A record batch may have 1,048,588 bytes on a broker that isn't told otherwise; half is left for keys and framing. */
const LIMITS = { records: 2_000, bytes: 512 * 1024 };

/**
 * Resolves when all records are acknowledged, with what must come of them. Kafka's timestamp is when a record is sent,
 * also where `options.start` lies in the past, since a broker soon removes what claims to be old.
 *
 * @throws if Kafka stays away longer than its client waits; what was acknowledged before stands in the last progress
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
