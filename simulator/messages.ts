/** A Kafka message of the simulator, and what it is meant to become. */
import type { Reason } from '#domain/dead-letters.ts';
import type { KafkaRecord } from '#domain/records.ts';
import type { Purchase } from './purchases.ts';

export const topics = [
  'orders',
  'online_orders',
  'store_sales',
  'supplier_restocks',
  'transactions',
  'user_events',
] as const;
export type Topic = (typeof topics)[number];

export interface SimulatedMessage {
  readonly topic: Topic;
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
  | AcceptedPayment
  | AcceptedStep
  | { readonly outcome: 'accepted'; readonly productId: string; readonly change: number }
  | { readonly outcome: 'duplicate' }
  | { readonly outcome: 'rejected'; readonly reason: Reason; readonly kind: string };

export interface AcceptedPayment {
  readonly outcome: 'accepted';
  readonly cents: number;
  /** Its event time, in milliseconds since 1970. */
  readonly madeAt: number;
  /** It was late already when it was sent. Whether others are is known only where they arrive. */
  readonly surelyLate: boolean;
}

/** What a shopper did. */
export interface AcceptedStep {
  readonly outcome: 'accepted';
  /** 0 but for a purchase. */
  readonly cents: number;
  readonly type: string;
  readonly productId: string;
  readonly currency: string | undefined;
  /** Milliseconds since 1970. */
  readonly occurredAt: number;
}

/** Makes messages of what happens: those that are meant to be accepted, and the faults. */
export interface Feed {
  /** The messages of one turn, to be taken before the next one. */
  messages(purchase: Purchase): Iterable<SimulatedMessage>;
  /** Repeats and late ones that are still to come when the shop closes. */
  rest(): Iterable<SimulatedMessage>;
}
