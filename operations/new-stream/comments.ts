/** What a stream's table says of itself and its columns: the descriptions of the event's fields. Pure. */
import { literal } from '#adapters/postgres/index.ts';
import { columnsOf } from '#domain/columns.ts';
import type { Stream } from '#domain/streams.ts';
import { quotedIfNeeded } from './sql-text.ts';

/** @returns statements, a line each */
export const tableComments = (table: string, { topic, event }: Pick<Stream, 'topic' | 'event'>): string =>
  [
    `comment on table ${table} is ${literal(`Records of topic ${topic}, each once.`)};\n`,
    ...columnsOf(event).map(({ name }) => columnComment(table, name, { event })),
  ].join('');

/** Of a field that the event has; a field without a description leaves its column without a comment. */
export function columnComment(table: string, field: string, { event }: Pick<Stream, 'event'>): string {
  const { description = '' } = columnsOf(event).find(({ name }) => name === field) ?? {};
  return `comment on column ${table}.${quotedIfNeeded(field)} is ${literal(description)};\n`;
}
