/**
 * The kinds of column an event can have. Each is a Zod schema that carries its kind as metadata, so that the event's
 * type, its Parquet schema, its COPY encoding, how a batch of them is kept and its documentation all follow from one
 * definition.
 */
import * as z from 'zod';
import { moneyStorage } from './column-values/money.ts';
import { quantityStorage } from './column-values/quantity.ts';
import type { Storage } from './column-values/storage.ts';
import { textStorage } from './column-values/text.ts';
import { type Micros, timestampStorage } from './column-values/timestamp.ts';
import type { Utf8Values } from './column-values/utf8.ts';
import { uuidStorage } from './column-values/uuid.ts';
import { type Reason, Unusable } from './dead-letters.ts';
import { WrittenNumber, withoutExponent } from './exact-number.ts';
import { parseCents } from './money.ts';
import { parseMicros } from './time.ts';

/** The kinds, and how the values of each are kept. */
export interface ValuesOf {
  readonly uuid: Utf8Values;
  readonly money: Float64Array;
  readonly text: Utf8Values;
  readonly timestamp: Micros;
  readonly integer: Int32Array;
}

export type ColumnKind = keyof ValuesOf;

interface ColumnMeta {
  readonly kind: ColumnKind;
  readonly description: string;
  /** Converts a JSON value to the value in code; throws Unusable. */
  readonly parse: (value: unknown) => unknown;
  readonly storage: Storage<unknown, unknown>;
  /** Of text: characters at most. */
  readonly longest?: number;
}

export interface Column extends ColumnMeta {
  readonly name: string;
  /** May be missing. */
  readonly optional: boolean;
  /** May be null. */
  readonly nullable: boolean;
}

const metaOf = new WeakMap<object, ColumnMeta>();

function column<Kind extends ColumnKind, T>(
  kind: Kind,
  description: string,
  storage: Storage<ValuesOf[Kind], T>,
  parse: (value: unknown) => T,
  limits: Pick<ColumnMeta, 'longest'> = {},
) {
  const schema = z.unknown().transform((value, context): T => {
    try {
      if (value === undefined) throw new Unusable('missing_field', 'expected a value, got none');
      return parse(value);
    } catch (error) {
      if (!(error instanceof Unusable)) throw error;
      context.addIssue({ code: 'custom', message: error.message, params: { reason: error.reason } });
      return z.NEVER;
    }
  });
  metaOf.set(schema, { kind, description, parse, storage: storage as Storage<unknown, unknown>, ...limits });
  return schema;
}

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;

/** A UUID of any version, as lower-case text. */
export const uuid = (description: string) =>
  column('uuid', description, uuidStorage, (value): string => {
    if (typeof value !== 'string') throw wrongType('a UUID as text', value);
    if (UUID.test(value)) return value;
    const lower = value.toLowerCase();
    if (!UUID.test(lower)) throw new Unusable('invalid_uuid', `expected a UUID, got ${quote(value)}`);
    return lower;
  });

/** An amount of money with at most two decimals that fits DECIMAL(10,2); in code, whole cents. */
export const money = (description: string) => column('money', description, moneyStorage, parseCents);

/** An instant, ISO 8601; in code, microseconds since 1970-01-01 UTC. */
export const timestamp = (description: string) => column('timestamp', description, timestampStorage, parseMicros);

/** Text of 1 to `longest` characters that PostgreSQL and Parquet can both hold. */
export const text = (longest: number, description: string) =>
  column('text', description, textStorage(longest), (value) => readText(value, longest), { longest });

function readText(value: unknown, longest: number): string {
  if (typeof value !== 'string') throw wrongType('text', value);
  if (value === '') throw new Unusable('invalid_text', 'expected text, got an empty string');
  if (value.length > longest && [...value.slice(0, 2 * longest + 1)].length > longest)
    throw new Unusable('invalid_text', `expected at most ${longest} characters, got ${quote(value)}`);
  if (value.includes('\0')) throw new Unusable('invalid_text', 'expected text without NUL characters');
  if (!value.isWellFormed())
    throw new Unusable('invalid_text', 'expected well-formed Unicode, got half of a surrogate pair');
  return value;
}

/** A whole number of at least one. */
export const quantity = (description: string) =>
  column('integer', description, quantityStorage, (value): number => {
    const written = value instanceof WrittenNumber;
    if (typeof value !== 'number' && !written) throw wrongType('a whole number', value);
    const number = written ? wholeNumber(value.text) : value;
    if (!Number.isInteger(number) || number < 1 || number > 2_147_483_647)
      throw new Unusable(
        'invalid_quantity',
        `expected a whole number from 1 to 2147483647, got ${quote(written ? value.text : String(value))}`,
      );
    return number;
  });

/** NaN for a number with decimals other than zeros. Beyond 2^53 it is rounded, and in any case too large. */
function wholeNumber(text: string): number {
  const plain = withoutExponent(text);
  return /^\d+(\.0*)?$/.test(plain) ? Number(plain) : Number.NaN;
}

/** The columns of an event in the order of its schema. */
export function columnsOf(event: z.ZodObject): Column[] {
  return Object.entries(event.shape).map(([name, field]) => {
    let schema: unknown = field;
    let [optional, nullable] = [false, false];
    while (schema instanceof z.ZodOptional || schema instanceof z.ZodNullable) {
      if (schema instanceof z.ZodOptional) optional = true;
      else nullable = true;
      schema = schema.unwrap();
    }
    const meta = metaOf.get(schema as z.ZodType);
    if (!meta) throw new Error(`Field ${name} was not made by domain/columns.ts, so it has no column kind`);
    return { name, optional, nullable, ...meta };
  });
}

function wrongType(expected: string, value: unknown): Unusable {
  const got = value === null ? 'null' : Array.isArray(value) ? 'an array' : typeof value;
  return new Unusable('wrong_type' satisfies Reason, `expected ${expected}, got ${got}`);
}

/** Quotes a value in a message, however long it is. */
function quote(value: string): string {
  return value.length > 60
    ? `${JSON.stringify(value.slice(0, 60))}… (${value.length} characters)`
    : JSON.stringify(value);
}
