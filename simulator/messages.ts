/** A Kafka message of the simulator, and what it is meant to become. */
import type { Reason } from '#domain/dead-letters.ts';
import type { KafkaRecord } from '#domain/records.ts';

export interface SimulatedMessage {
  readonly topic: string;
  readonly key: string | null;
  readonly value: Buffer | null;
  readonly headers: KafkaRecord['headers'];
  /** Milliseconds since 1970. */
  readonly timestamp: number;
  readonly meant: Meant;
}

/** Known when the message is made, so that nothing has to be parsed to know what a pipeline must do with it. */
export type Meant =
  | { readonly outcome: 'accepted'; readonly cents: number }
  | { readonly outcome: 'duplicate' }
  | { readonly outcome: 'rejected'; readonly reason: Reason; readonly kind: string };
