/** Where a page of movements ends, as a text: times to the microsecond, since many movements have nearly the same. Pure. */

export interface MovementPlace {
  /** ISO 8601, UTC. */
  readonly processedAt: string;
  readonly topic: string;
  readonly partition: number;
  readonly offset: number;
}

const PLACE = /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z)~(\w{1,100})~(\d{1,9})~(\d{1,15})$/;

export const isPlace = (text: string): boolean => PLACE.test(text);

export const writePlace = ({ processedAt, topic, partition, offset }: MovementPlace): string =>
  [processedAt, topic, partition, offset].join('~');

/** @throws unless writePlace wrote it */
export function readPlace(text: string): MovementPlace {
  const [, processedAt, topic, partition, offset] = PLACE.exec(text) ?? [];
  if (processedAt === undefined || topic === undefined)
    throw new Error(`Expected where a page of movements ended, got ${text}`);
  return { processedAt, topic, partition: Number(partition), offset: Number(offset) };
}
