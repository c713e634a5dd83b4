import type { Moved } from './deliveries.ts';

/** The events that a poller reports. */
export type PollerEvent =
  | { readonly kind: 'assigned'; readonly partitions: readonly number[] }
  | {
      readonly kind: 'invoked';
      readonly records: number;
      /** Size of the event. */
      readonly bytes: number;
      readonly milliseconds: number;
      /** How many of the records will be delivered again. */
      readonly toRetry: number;
      /** Why the invocation failed, if it did. */
      readonly failure?: string;
    }
  | { readonly kind: 'commit-failed'; readonly reason: string }
  | { readonly kind: 'lost-kafka'; readonly reason: string }
  /** The poller itself has ended; another one takes its place. */
  | { readonly kind: 'ended'; readonly reason: string }
  | Moved;
