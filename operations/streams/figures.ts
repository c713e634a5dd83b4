/** What a partition's offsets and last deliveries say of it. Pure. */
import type { PartitionOffsets } from '#adapters/kafka/index.ts';
import type { LastDelivery } from './last-deliveries.ts';

/** Seconds that rates are of. */
export const RATE_SECONDS = 300;

export interface PartitionFigures extends PartitionOffsets {
  /** The next offset that its consumer will deal with; null if the partition was never read, or if no function reads the topic. */
  readonly next: number | null;
  /** Offsets that wait; null if no function reads the topic. */
  readonly lag: number | null;
  /** Records a second, of the last five minutes: those that came, by Kafka's timestamps, and those that were dealt with. */
  readonly coming: number;
  readonly going: number | null;
  /** Seconds until nothing waits, at the rate at which records are dealt with, if none came; null if nothing moves, or nothing waits. */
  readonly clearsIn: number | null;
  /** Mean of the records of its last deliveries; null if there are none. */
  readonly batch: number | null;
}

export interface PartitionState {
  readonly offsets: PartitionOffsets;
  /** Kafka's first offset of the last five minutes. */
  readonly since: number;
  readonly next: number | null;
  /** The newest first; undefined if no function reads the topic. */
  readonly deliveries: readonly LastDelivery[] | undefined;
}

export function figuresOf({ offsets, since, next, deliveries }: PartitionState): PartitionFigures {
  const lag = deliveries ? Math.max(0, offsets.latest - (next ?? offsets.earliest)) : null;
  const going = deliveries ? rateOf(deliveries) : null;
  return {
    ...offsets,
    ...{ next, lag, going },
    coming: Math.max(0, offsets.latest - since) / RATE_SECONDS,
    clearsIn: lag !== null && lag > 0 && going !== null && going > 0 ? lag / going : null,
    batch: deliveries && deliveries.length > 0 ? mean(deliveries.map(({ records }) => records)) : null,
  };
}

/** Of the last five minutes; of a shorter time if only so many deliveries are known, whose oldest then begins it. */
export function rateOf(deliveries: readonly LastDelivery[]): number {
  const recent = deliveries.filter(({ age }) => age <= RATE_SECONDS);
  const oldest = recent.at(-1);
  const reachesBack = recent.length < deliveries.length || !oldest || recent.length === 1;
  const [seconds, counted] = reachesBack ? [RATE_SECONDS, recent] : [oldest.age, recent.slice(0, -1)];
  return counted.reduce((sum, { records }) => sum + records, 0) / Math.max(1, seconds);
}

const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;

/** How many times the mean the busiest partition gets: 1 if all get the same; null if nothing came. */
export function skewOf(partitions: readonly Pick<PartitionFigures, 'coming'>[]): number | null {
  const rates = partitions.map(({ coming }) => coming);
  const average = mean(rates);
  return average > 0 ? Math.max(...rates) / average : null;
}
