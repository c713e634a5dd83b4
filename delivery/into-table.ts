/** How a described stream's records get into its table. */
import type { z } from 'zod';
import type { Stream, TableSink } from '#domain/stream.ts';
import type { Apply } from './apply.ts';
import { keepFirst } from './keep-first.ts';

type Rule = <Event extends z.ZodObject>(stream: Stream<Event>, table: TableSink) => Apply<Event>;

const rules: Readonly<Record<TableSink['repeats'], Rule>> = { keep_first: keepFirst };

/** @throws if the stream has no table */
export function intoTable<Event extends z.ZodObject>(stream: Stream<Event>): Apply<Event> {
  const { topic, table } = stream;
  if (!table) throw new Error(`Expected a stream whose description has a table, got ${topic}: give it one.`);
  return rules[table.repeats](stream, table);
}
