/** A Kafka message of the simulator, and what a pipeline must make of it. */
import type { Reason } from '#domain/dead-letters.ts';
import type { KafkaRecord } from '#domain/records.ts';
import { streams } from '#domain/streams.ts';
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

type Simulated = Extract<(typeof streams)[keyof typeof streams], { readonly topic: Topic }>;

/** The streams of these topics. */
export const simulatedStreams: readonly Simulated[] = Object.values(streams).filter((stream): stream is Simulated =>
  topics.some((topic) => topic === stream.topic),
);

export interface SimulatedMessage {
  readonly topic: Topic;
  readonly key: string | null;
  readonly value: Buffer | null;
  readonly headers: KafkaRecord['headers'];
  /** Milliseconds since 1970. */
  readonly timestamp: number;
  readonly meant: Meant;
}

/** Recorded when the message is made, so that the expected outcome needs no parsing. */
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
  /** Already late when sent. Others may become late on the way, which only the receiver knows. */
  readonly surelyLate: boolean;
}

/** A shopper's action. */
export interface AcceptedStep {
  readonly outcome: 'accepted';
  /** 0 unless it is a purchase. */
  readonly cents: number;
  readonly type: string;
  readonly productId: string;
  readonly currency: string | undefined;
  /** Milliseconds since 1970. */
  readonly occurredAt: number;
}

/** Turns events into messages: the valid ones, and the faults. */
export interface Feed {
  /** The messages of one turn; take all of them before the next turn. */
  messages(purchase: Purchase): Iterable<SimulatedMessage>;
  /** The repeats and late messages still pending when the shop closes. */
  rest(): Iterable<SimulatedMessage>;
}
