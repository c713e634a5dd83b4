/**
 * The kinds of column an event can have. Each is a Zod schema that carries its kind as metadata, so that the event's
 * type, its Parquet schema, its COPY encoding, how a batch of them is kept and its documentation all follow from one
 * definition.
 */
import * as z from 'zod';
import { currencyStorage } from './column-values/currency.ts';
import { epochStorage } from './column-values/epoch.ts';
import { minorStorage, moneyStorage } from './column-values/money.ts';
import { quantityStorage } from './column-values/quantity.ts';
import type { Storage } from './column-values/storage.ts';
import { textStorage } from './column-values/text.ts';
import { type Micros, timestampStorage } from './column-values/timestamp.ts';
import type { Utf8Values } from './column-values/utf8.ts';
import { uuidStorage } from './column-values/uuid.ts';
import { currencies } from './currencies.ts';
import { type Reason, Unusable } from './dead-letters.ts';
import { type EpochUnit, isNumeric, parseEpoch, plausible } from './epoch.ts';
import { WrittenNumber, withoutExponent } from './exact-number.ts';
import { centsNextTo } from './float-noise.ts';
import { parseCents, parseMinor } from './money.ts';
import { guestUuid } from './named-uuid.ts';
import { requiredSince } from './required-from.ts';
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
  /** Of an integer: what it is at least. */
  readonly least?: number;
  /** Of a timestamp: milliseconds by which it may be after its record's time in Kafka (ahead.ts). */
  readonly aheadAtMost?: number;
  /** What it accepts beyond its kind, or instead, as it was declared. */
  readonly options?: ColumnOptions;
  /** A value as a producer writes it, of a time if the column has times, where the kind's usual one would be refused. */
  readonly example?: (at: Date) => string | number;
}

/** How columns can be declared; each of a kind. */
export interface ColumnOptions extends UuidOptions, TimestampOptions {
  readonly rounds?: 'float_noise';
  readonly unit?: 'minor';
  readonly codes?: 'ISO 4217';
}

export interface Column extends ColumnMeta {
  readonly name: string;
  /** May be missing. */
  readonly optional: boolean;
  /** May be null. */
  readonly nullable: boolean;
  /** May be missing or null only in records from before, by Kafka's time in milliseconds since 1970 (required-from.ts). */
  readonly requiredFrom?: number;
}

const metaOf = new WeakMap<object, ColumnMeta>();

function column<Kind extends ColumnKind, T>(
  kind: Kind,
  description: string,
  storage: Storage<ValuesOf[Kind], T>,
  parse: (value: unknown) => T,
  more: Pick<ColumnMeta, 'longest' | 'least' | 'aheadAtMost' | 'options' | 'example'> = {},
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
  metaOf.set(schema, { kind, description, parse, storage: storage as Storage<unknown, unknown>, ...more });
  return schema;
}

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;

interface UuidOptions {
  /**
   * What the ids of guests look like, who have no UUID, such as `/^guest-\d+$/`: they get one of version 5, which follows from the id.
   * Other text stays refused, so that a mangled UUID is no guest.
   */
  readonly guests?: RegExp;
}

/** A UUID of any version, as lower-case text. */
export const uuid = (description: string, options: UuidOptions = {}) =>
  column('uuid', description, uuidStorage, (value) => readUuid(value, options.guests), withOptions(options));

function readUuid(value: unknown, guests: RegExp | undefined): string {
  if (typeof value !== 'string') throw wrongType('a UUID as text', value);
  if (UUID.test(value)) return value;
  const lower = value.toLowerCase();
  if (UUID.test(lower)) return lower;
  if (guests?.test(value)) return guestUuid(readText(value, LONGEST_GUEST));
  throw new Unusable(
    'invalid_uuid',
    `expected a UUID${guests ? `, or a guest’s id as ${guests}` : ''}, got ${quote(value)}`,
  );
}

const LONGEST_GUEST = 200;

type MoneyOptions =
  /** Amounts that were computed with doubles: `0.30000000000000004` is 0.30, while `0.305` stays refused. */
  | { readonly rounds: 'float_noise' }
  /** Whole hundredths: `1250` is 12.50. Currencies with other minor units, such as JPY or KWD, can't be told apart by it. */
  | { readonly unit: 'minor' };

/** An amount of money with at most two decimals that fits DECIMAL(10,2); in code, whole cents. */
export const money = (description: string, options?: MoneyOptions) => {
  if (options && 'unit' in options)
    return column('money', description, minorStorage, parseMinor, { options: { ...options }, example: () => 1999 });
  const read = options ? (value: unknown) => centsNextTo(value) ?? parseCents(value) : parseCents;
  return column('money', description, moneyStorage, read, withOptions(options ?? {}));
};

interface TimestampOptions {
  /** ISO 8601 if left out. A number, or text of one, is so many of the declared unit since 1970; decimals of it are kept to the microsecond. */
  readonly accepts?: readonly [TimeForm, ...TimeForm[]];
}

type TimeForm = 'iso' | EpochUnit;

type TimeLimit = Pick<ColumnMeta, 'aheadAtMost'>;

/** An instant; in code, microseconds since 1970-01-01 UTC. */
export const timestamp = (description: string, { accepts, ...limit }: TimestampOptions & TimeLimit = {}) => {
  if (!accepts) return column('timestamp', description, timestampStorage, parseMicros, limit);
  const units = accepts.filter((form) => form !== 'iso');
  const iso = accepts.includes('iso');
  const read = (value: unknown): bigint => {
    if (units.length > 0 && isNumeric(value)) return parseEpoch(value, units);
    if (iso) return parseMicros(value);
    if (typeof value !== 'string') throw wrongType(`${units.join(' or ')} as a number`, value);
    throw new Unusable('invalid_timestamp', `expected ${units.join(' or ')} as a number, got ${quote(value)}`);
  };
  const storage = units.length > 0 ? epochStorage(units, iso) : timestampStorage;
  const [unit] = units;
  const example =
    iso || !unit ? {} : { example: (at: Date) => Math.floor((at.getTime() * 1000) / plausible(unit).micros) };
  return column('timestamp', description, storage, read, { options: { accepts }, ...limit, ...example });
};

/** The ISO 4217 code of a currency, in capitals whatever its case was. */
export const currency = (description: string) =>
  column(
    'text',
    description,
    currencyStorage,
    (value): string => {
      if (typeof value !== 'string') throw wrongType('the code of a currency as text', value);
      const code = /^[a-z]{3}$/i.test(value) ? value.toUpperCase() : '';
      if (!currencies.has(code))
        throw new Unusable('invalid_currency', `expected an ISO 4217 code such as EUR, got ${quote(value)}`);
      return code;
    },
    { longest: 3, options: { codes: 'ISO 4217' }, example: () => 'EUR' },
  );

const withOptions = (options: object) => (Object.keys(options).length > 0 ? { options: { ...options } } : {});

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
export const quantity = (description: string) => integer(1, description);

/** A whole number of at least zero: pieces that somebody counted. */
export const pieces = (description: string) => integer(0, description);

const integer = (least: 0 | 1, description: string) =>
  column(
    'integer',
    description,
    quantityStorage,
    (value): number => {
      const written = value instanceof WrittenNumber;
      if (typeof value !== 'number' && !written) throw wrongType('a whole number', value);
      const number = written ? wholeNumber(value.text) : value;
      if (!Number.isInteger(number) || number < least || number > 2_147_483_647)
        throw new Unusable(
          'invalid_quantity',
          `expected a whole number from ${least} to 2147483647, got ${quote(written ? value.text : String(value))}`,
        );
      // -0, which text and databases would tell from 0.
      return number + 0;
    },
    { least },
  );

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
    const requiredFrom = requiredSince(field);
    return { name, optional, nullable, ...(requiredFrom !== undefined && { requiredFrom }), ...meta };
  });
}

function wrongType(expected: string, value: unknown): Unusable {
  const got =
    value === null
      ? 'null'
      : Array.isArray(value)
        ? 'an array'
        : value instanceof WrittenNumber
          ? 'number'
          : typeof value;
  return new Unusable('wrong_type' satisfies Reason, `expected ${expected}, got ${got}`);
}

/** Quotes a value in a message, however long it is. */
function quote(value: string): string {
  return value.length > 60
    ? `${JSON.stringify(value.slice(0, 60))}… (${value.length} characters)`
    : JSON.stringify(value);
}
