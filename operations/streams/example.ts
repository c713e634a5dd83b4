/** A value of a stream that its consumer takes, made of the kinds of its fields. Pure. */
import { type Column, type ColumnKind, columnsOf } from '#domain/columns.ts';
import { Unusable } from '#domain/dead-letters.ts';
import { wrap } from '#domain/envelope.ts';
import type { Readable } from '#domain/event-reader.ts';
import type { Stream } from '#domain/streams.ts';

const byKind: Readonly<Record<ColumnKind, unknown>> = {
  uuid: '4b3f0c1e-7d5a-4a52-9a38-0e3b1f3f9f11',
  money: '19.99',
  text: 'text',
  timestamp: '2026-01-02T03:04:05Z',
  integer: 1,
};

/** Of texts that mean something. */
const byName: Readonly<Record<string, string>> = {
  currency: 'EUR',
  country: 'DE',
  category: 'books',
  status: 'completed',
  event_type: 'view',
  product_id: 'p-0001',
  store_id: 's-001',
  supplier_id: 'sup-01',
  event_id: '4b3f0c1e-7d5a-4a52-9a38-0e3b1f3f9f11',
  order_id: '88aa0c1e-7d5a-4a52-9a38-0e3b1f3f9f11',
  user_id: '0d9f3c52-8f0a-4f4e-8f57-6f2a6a1f7a10',
};

/** When the example is made, unless it is a fresh one. */
const AT = new Date('2026-01-02T03:04:05Z');

/** JSON, over lines, in the envelope of its stream; without what may be missing, but with what is required from a time on. */
export const exampleOf = (stream: Readable): string => JSON.stringify(wrap(stream.envelope, fieldsOf(stream)), null, 2);

function fieldsOf({ event }: Readable): Readonly<Record<string, unknown>> {
  const fields = columnsOf(event).filter(
    ({ optional, nullable, requiredFrom }) => (!optional && !nullable) || requiredFrom !== undefined,
  );
  return Object.fromEntries(fields.map((field) => [field.name, exampleValue(field)]));
}

function exampleValue(column: Column): unknown {
  const { name, kind, example } = column;
  return (
    [example?.(AT), byName[name], byKind[kind]].find((value) => takes(column, value)) ?? shortened(byKind[kind], column)
  );
}

function takes({ parse }: Column, value: unknown): boolean {
  try {
    parse(value);
    return value !== undefined;
  } catch (error) {
    if (error instanceof Unusable) return false;
    throw error;
  }
}

const shortened = (value: unknown, { longest }: Pick<Column, 'longest'>): unknown =>
  typeof value === 'string' ? value.slice(0, longest) : value;

/** Fields that make a record another one than those before it. */
export interface Fresh {
  /** Of each id that is the record's own: a key that is not the first of them names what is there, such as a product of the shop. */
  readonly id: () => string;
  readonly now: Date;
}

/** The example as a record that was not there before: sent again, the other would be a repeat. In one line. */
export function freshExample(stream: Readable & Pick<Stream, 'ids' | 'key'>, { id, now }: Fresh): string {
  const { event, envelope, ids, key } = stream;
  const example = fieldsOf(stream);
  const own = new Set(ids.filter((name, index) => index === 0 || name !== key));
  const fresh = columnsOf(event).flatMap((column) => {
    const { name, kind } = column;
    if (!(name in example)) return [];
    if (own.has(name)) return [[name, shortened(id(), column)]];
    return [[name, kind === 'timestamp' ? (column.example?.(now) ?? now.toISOString()) : example[name]]];
  });
  return JSON.stringify(wrap(envelope, Object.fromEntries(fresh)));
}
