/** The file that describes a stream, as one begins with it: to be edited. Pure. */
import type { Names, SinkKind } from './names.ts';

/** @param key the field that keys the records */
export function descriptionText(names: Names, sink: SinkKind, key: string): string {
  const { topic, constant, event, one, id, consumer } = names;
  const isOwn = key === id;
  return `import * as z from 'zod';
import { money, text, timestamp${isOwn ? '' : ', uuid'} } from '../columns.ts';
import { type Stream, upTo } from '../stream.ts';

/**
 * The event on topic \`${topic}\`. Its fields are the columns of ${sink === 'table' ? 'the table' : 'the objects in the lake'}; the kinds that there are stand in domain/columns.ts.
 * A field that may be missing or null ends in \`.nullish()\`; all others are required, and a record without one is a dead letter.
 */
export const ${event} = z
  .object({
    ${id}: ${isOwn ? 'text(100' : 'uuid('}${isOwn ? ", 'The " : "'The "}${one}; unique. ${repeats(sink)}${isOwn ? ' Also the key of the Kafka record.' : ''}'),
${isOwn ? '' : `    ${key}: text(100, 'Also the key of the Kafka record: records of one key stay in sequence.'),\n`}    amount: money('The amount, at most two decimals.'),
    currency: text(10, 'ISO 4217 code, such as EUR.'),
    occurred_at: timestamp('When it happened, by the clock of the system that sends it.'),
  })
  .meta({ title: '${one}', version: 1 });

export const ${constant} = {
  topic: '${topic}',
  key: '${key}',
  // The fields by which \`npx tillstream trace\` finds a record; the first tells it from all others.
  ids: ['${id}'],
  event: ${event},
  partitions: 4,
  consumer: '${consumer}',
  ${sinkText(names, sink)}
  // Seconds that a record may wait for others at most, before they are consumed together.
  batching: upTo(10),
} as const satisfies Stream;
`;
}

const repeats = (sink: SinkKind): string =>
  sink === 'table'
    ? 'A second record with the same id and content is a duplicate, with other content a conflict.'
    : 'A second record with the same id is kept as well.';

const sinkText = ({ topic }: Names, sink: SinkKind): string =>
  sink === 'table'
    ? `table: { name: 'streams.${topic}', repeats: 'keep_first' },`
    : `lake: { prefix: 'raw/${topic}', format: 'parquet' },`;
