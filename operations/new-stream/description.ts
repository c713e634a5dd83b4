/** The file that describes a stream, as one begins with it: to be edited. Pure. */
import type { SinkKind } from '#domain/stream.ts';
import type { Names } from './names.ts';

/** @param key the field that keys the records */
export function descriptionText(names: Names, sink: SinkKind, key: string): string {
  const { topic, constant, event, one, id, consumer } = names;
  const { columns, repeats, description } = wordsOf(topic)[sink];
  const fields = [
    field(id, `text(100, 'The ${one}${key === id ? '; also the key of the Kafka record' : ''}. ${repeats}')`),
    ...(key === id
      ? []
      : [field(key, `text(100, 'The key of the Kafka record: what has the same key stays in sequence.')`)]),
    field('amount', `money('The amount, at most two decimals.')`),
    field('currency', `currency('ISO 4217 code, such as EUR.')`),
    field('occurred_at', `timestamp('When it happened, by the clock of the system that sends it.')`),
  ];
  return `import * as z from 'zod';
import { currency, money, text, timestamp } from '../columns.ts';
import { type Stream, upTo } from '../stream.ts';

/**
 * The event on topic \`${topic}\`. Its fields are the columns of ${columns}; domain/columns.ts has the kinds that there are.
 * Each is required, and a record without one becomes a dead letter, unless \`.nullish()\` stands behind it.
 */
export const ${event} = z
  .object({
${fields.join('\n')}
  })
  .meta({ title: '${one}', version: 1 });

export const ${constant} = {
  topic: '${topic}',
  key: '${key}',
  // By these \`npx tillstream trace\` finds a record. The first tells it from all others.
  ids: ['${id}'],
  event: ${event},
  partitions: 4,
  consumer: '${consumer}',
  ${description},
  // For so many seconds a record may wait for others, to be consumed together with them.
  batching: upTo(10),
} as const satisfies Stream;
`;
}

const field = (name: string, column: string): string => `    ${name}: ${column},`;

function wordsOf(topic: string): Record<SinkKind, { columns: string; repeats: string; description: string }> {
  const table = `table: { name: 'streams.${topic}', repeats: 'keep_first' }`;
  const lake = `lake: { prefix: 'raw/${topic}', format: 'parquet' }`;
  const inTable = 'A second record with this id is a duplicate, or a conflict if it says something else';
  return {
    table: { columns: 'the table', repeats: `${inTable}.`, description: table },
    lake: {
      columns: 'the objects in the lake',
      repeats: 'A second record with this id is kept as well.',
      description: lake,
    },
    both: {
      columns: 'the table and of the objects in the lake',
      repeats: `${inTable}; the lake keeps it as well.`,
      description: `${lake},\n  ${table}`,
    },
  };
}
