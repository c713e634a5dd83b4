/**
 * The key of a record on a topic that is compacted. It has to be the id of what the record is about, byte for byte as it is kept: by the
 * key Kafka decides which records it keeps, and a record that removes something has nothing but its key.
 */
import type { z } from 'zod';
import { columnsOf } from './columns.ts';
import { Unusable } from './dead-letters.ts';
import type { Stream } from './stream.ts';

/** Keeps a byte-order mark: with one, a key is another to Kafka. */
const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

export interface KeyReader {
  /** @returns the id that the key is @throws Unusable if it isn't one, byte for byte as it is kept */
  read(key: Uint8Array | null): string;
  /** @throws Unusable if the key names another id than the event */
  expect(key: Uint8Array | null, event: object): void;
}

export function keyReader<Schema extends z.ZodObject>({
  event: schema,
  key: field = '',
}: Pick<Stream<Schema>, 'event'> & Partial<Pick<Stream, 'key'>>): KeyReader {
  const column = columnsOf(schema).find(({ name }) => name === field);
  if (!column) throw new Error(`Expected the key to be a field of the event, got ${field || 'none'}.`);
  const read = (key: Uint8Array | null): string => {
    if (key === null)
      throw new Unusable('wrong_key', `expected ${field} as the record's key, got a record without a key`);
    let text: string;
    try {
      text = utf8.decode(key);
    } catch {
      throw new Unusable('wrong_key', `expected ${field} as the record's key, got no UTF-8 text`);
    }
    const id = parse(text);
    // Kafka compares bytes: the records of one thing under two keys would both stay, and removing it would leave one of them.
    if (id !== text)
      throw new Unusable('wrong_key', `expected ${field} as the record's key as it is kept, "${id}", got "${text}"`);
    return id;
  };
  const parse = (text: string): string => {
    try {
      return column.parse(text) as string;
    } catch (error) {
      if (!(error instanceof Unusable)) throw error;
      throw new Unusable('wrong_key', `expected ${field} as the record's key: ${error.message}`);
    }
  };
  return {
    read,
    expect(key, event) {
      const id = (event as Record<string, unknown>)[field] as string;
      const found = read(key);
      if (found !== id)
        throw new Unusable('wrong_key', `expected the record's key to be its ${field} "${id}", got "${found}"`);
    },
  };
}

/** What is wrong with the key that an event is sent with; undefined if nothing is, as on topics that aren't compacted. */
export function keyFault(
  stream: Pick<Stream, 'event' | 'key' | 'cleanup'>,
  key: Uint8Array | null,
  event: object,
): Unusable | undefined {
  if (!stream.cleanup) return undefined;
  try {
    keyReader(stream).expect(key, event);
    return undefined;
  } catch (error) {
    if (error instanceof Unusable) return error;
    throw error;
  }
}
