/** Columns that each object of the lake has beside the event's (adapters/lake/): a field of that name would be there twice. Pure. */
import { extraColumn } from './extra-fields.ts';
import type { Stream } from './stream.ts';

export const lakeColumns: readonly string[] = [
  extraColumn.name,
  ...['kafka_partition', 'kafka_offset', 'kafka_timestamp', 'raw'],
];

/** The fields of a stream that goes into the lake which are called as one of them. */
export const fieldsInLakeTwice = ({ event, lake }: Pick<Stream, 'event' | 'lake'>): string[] =>
  lake ? Object.keys(event.shape).filter((name) => lakeColumns.includes(name)) : [];

/** @throws naming the fields of the first stream that has such */
export function refuseFieldsInLakeTwice(streams: readonly Pick<Stream, 'topic' | 'event' | 'lake'>[]): void {
  for (const stream of streams) {
    const twice = fieldsInLakeTwice(stream);
    if (twice.length > 0)
      throw new Error(
        `Expected no field ${twice.join(' or ')} in ${stream.topic}: each object of the lake has such a column of its own. ` +
          'Leave it out, or have the producer send it under another name.',
      );
  }
}
