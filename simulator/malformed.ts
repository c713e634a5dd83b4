/** Records that no pipeline can use: one entry for each kind of mistake that shops make, with the expected reason. */
import type { z } from 'zod';
import { type ColumnKind, columnsOf } from '#domain/columns.ts';
import type { Reason } from '#domain/dead-letters.ts';
import { orderEvent } from '#domain/streams/orders.ts';
import type { OrderEvent } from './orders.ts';
import type { Random } from './random.ts';

interface Malformed {
  readonly kind: string;
  readonly reason: Reason;
  readonly value: Buffer | null;
}

export interface MalformedKind<Event extends object> {
  readonly kind: string;
  readonly reason: Reason;
  readonly weight: number;
  readonly make: (event: Event, random: Random) => Buffer | string | null;
}

interface Options {
  readonly weight?: number;
  /** The column that an event must have for this mistake. */
  readonly needs?: ColumnKind;
}

/** Just under what a Kafka broker takes by default (1,048,588 bytes for a batch) with the rest of the event. */
const LONG_TEXT = 1_000_000;

export const malformedKinds = malformedKindsOf<OrderEvent>(orderEvent, {
  text: 'category',
  line: ['order_id', 'amount', 'currency'],
});

/**
 * The mistakes possible in events of a schema. Expects amounts in `amount` and integers in `quantity`.
 *
 * @param names.text the field that gets wrong characters
 * @param names.line the fields of a line that is not JSON
 */
export function malformedKindsOf<Event extends object>(
  schema: z.ZodObject,
  names: { readonly text: keyof Event; readonly line: readonly (keyof Event)[] },
): readonly MalformedKind<Event>[] {
  const columns = columnsOf(schema);
  const required = columns.flatMap(({ name, optional }) => (optional ? [] : [name]));
  const named = (kind: ColumnKind) =>
    columns.flatMap((column) => (column.kind === kind && !column.optional ? [column.name] : []));
  const [texts, uuids, [time = '']] = [named('text'), named('uuid'), named('timestamp')];
  const withText = (event: Event, text: string) => JSON.stringify({ ...event, [names.text]: text });

  const kinds: (MalformedKind<Event> & Options)[] = [];
  const kind = (kind: string, reason: Reason, make: MalformedKind<Event>['make'], options: Options = {}) =>
    kinds.push({ kind, reason, make, weight: 1, ...options });
  const money = { needs: 'money' } as const;

  kind('tombstone', 'null_value', () => null);
  kind('empty', 'not_json', () => '');
  kind('cut off', 'not_json', (event, random) => {
    const json = JSON.stringify(event);
    return json.slice(0, random.integer(1, json.length - 1));
  });
  kind('no JSON', 'not_json', (event) => names.line.map((name) => event[name]).join(';'));
  kind('raw NUL byte', 'not_json', (event) => JSON.stringify(event).replace(String(event[names.text]), 'bo\0ks'));
  // Python's json.dumps writes these two, although JSON has no such numbers.
  kind('amount NaN', 'not_json', (event) => withAmount(event, 'NaN'), money);
  kind('amount Infinity', 'not_json', (event) => withAmount(event, 'Infinity'), money);
  kind('Latin-1', 'not_utf8', (event) => Buffer.from(withText(event, 'café'), 'latin1'));
  kind('Avro of a schema registry', 'unsupported_format', (_, random) =>
    Buffer.from([0, 0, 0, 0, 7, ...bytes(random, 40)]),
  );
  kind('array', 'not_an_object', (event) => JSON.stringify([event]));
  kind('text', 'not_an_object', (event) => JSON.stringify(Object.values(event)[0]));
  kind('JSON null', 'not_an_object', () => 'null');
  kind('missing field', 'missing_field', (event, random) =>
    JSON.stringify({ ...event, [random.pick(required)]: undefined }),
  );
  kind('null field', 'wrong_type', (event, random) => JSON.stringify({ ...event, [random.pick(required)]: null }));
  kind('mistyped field', 'wrong_type', (event, random) =>
    JSON.stringify({ ...event, [random.pick(required)]: random.pick([true, [1], { value: 1 }]) }),
  );
  kind('amount "NaN"', 'invalid_amount', (event) => JSON.stringify({ ...event, amount: 'NaN' }), money);
  kind('amount 1e400', 'invalid_amount', (event) => withAmount(event, '1e400'), money);
  kind('three decimals', 'invalid_amount', (event) => withAmount(event, `${wholeAmount(event)}.125`), money);
  kind('three decimals as text', 'invalid_amount', (event) => JSON.stringify({ ...event, amount: '12.345' }), money);
  // As a double this equals 12.34.
  kind('twenty decimals', 'invalid_amount', (event) => withAmount(event, '12.34000000000000000001'), money);
  kind('amount too large', 'invalid_amount', (event, random) => withAmount(event, random.pick(LARGE_AMOUNTS)), money);
  kind(
    'bad UUID',
    'invalid_uuid',
    (event, random) => JSON.stringify({ ...event, [random.pick(uuids)]: random.pick(['', '42', 'g'.repeat(36)]) }),
    { needs: 'uuid' },
  );
  kind('bad date', 'invalid_timestamp', (event, random) =>
    JSON.stringify({ ...event, [time]: random.pick(['', 'yesterday', '2025-02-30T00:00:00Z', '11/12/2025 00:00']) }),
  );
  kind('NUL character', 'invalid_text', (event) => withText(event, 'bo\0ks'));
  kind('half a character', 'invalid_text', (event) => withText(event, 'bo\ud83dks'));
  kind('empty text', 'invalid_text', (event, random) => JSON.stringify({ ...event, [random.pick(texts)]: '' }));
  kind(
    'bad quantity',
    'invalid_quantity',
    (event, random) =>
      JSON.stringify({ ...event, product_id: 'p-0001', quantity: random.pick([0, -1, 1.5, 2_147_483_648]) }),
    { needs: 'integer' },
  );
  // Rare, since it is large: a run would consist of little else.
  kind('1 MB text', 'invalid_text', (event) => withText(event, 'x'.repeat(LONG_TEXT)), { weight: 0.1 });

  return kinds.filter(({ needs }) => !needs || columns.some((column) => column.kind === needs));
}

const LARGE_AMOUNTS = ['100000000', '100000000.00', '-100000000.01', '123456789012345678901234567890'];

/** @param event occurs nowhere else, so that a corrected record is a new event */
export function malform<Event extends object>(
  kinds: readonly MalformedKind<Event>[],
  event: Event,
  random: Random,
): Malformed {
  const { kind, reason, make } = random.weighted(kinds);
  const value = make(event, random);
  return { kind, reason, value: typeof value === 'string' ? Buffer.from(value) : value };
}

/** JSON with an amount in a form that `JSON.stringify` never writes. */
function withAmount(event: object, amount: string): string {
  return JSON.stringify({ ...event, amount: null }).replace('"amount":null', `"amount":${amount}`);
}

function wholeAmount(event: object): number {
  return 'amount' in event ? Math.trunc(Number(event.amount)) : 0;
}

function bytes(random: Random, length: number): number[] {
  return Array.from({ length }, () => random.integer(0, 255));
}
