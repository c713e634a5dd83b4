/** A value of a stream that its consumer takes, made of the kinds of its fields. Pure. */
import { type ColumnKind, columnsOf } from '#domain/columns.ts';
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

/** JSON, over lines; without what may be missing. */
export function exampleOf(event: Stream['event']): string {
  const fields = columnsOf(event).filter(({ optional, nullable }) => !optional && !nullable);
  return JSON.stringify(
    Object.fromEntries(fields.map(({ name, kind }) => [name, byName[name] ?? byKind[kind]])),
    null,
    2,
  );
}

/** Fields that make a record another one than those before it. */
export interface Fresh {
  /** Of each id that is the record's own: a key names what is there, such as a product of the shop. */
  readonly id: () => string;
  readonly now: Date;
}

/** The example as a record that was not there before: sent again, the other would be a repeat. In one line. */
export function freshExample({ event, ids, key }: Pick<Stream, 'event' | 'ids' | 'key'>, { id, now }: Fresh): string {
  const example = JSON.parse(exampleOf(event)) as Readonly<Record<string, unknown>>;
  const own = new Set(ids.filter((name) => name !== key));
  const times = new Set(columnsOf(event).flatMap(({ name, kind }) => (kind === 'timestamp' ? [name] : [])));
  const fresh = Object.entries(example).map(([name, value]) => [
    name,
    own.has(name) ? id() : times.has(name) ? now.toISOString() : value,
  ]);
  return JSON.stringify(Object.fromEntries(fresh));
}
