/** Whether a record meets a filter. Values are compared by their kinds: money exactly, times as instants, numbers digit by digit. Pure. */
import { type Column, columnsOf } from '#domain/columns.ts';
import { Unusable } from '#domain/dead-letters.ts';
import { exactNumber, WrittenNumber, withoutExponent } from '#domain/exact-number.ts';
import { placeOf } from '#domain/json-places.ts';
import { textOf } from '#domain/problems.ts';
import type { KafkaRecord } from '#domain/records.ts';
import type { Stream } from '#domain/streams.ts';
import { parseMicros } from '#domain/time.ts';
import { type Comparison, type Field, FilterError, type Term } from './filter.ts';

export type Matches = (record: KafkaRecord, partition: number) => boolean;

type Comparing = Exclude<Term, { text: string }>;

/**
 * @param event the schema of the value; of a topic without one all fields are compared as they are written
 * @throws FilterError if a field is compared with what it can't be, such as an amount with a word
 */
export function matcherOf(terms: readonly Term[], event: Stream['event'] | undefined): Matches {
  const columns = new Map(event ? columnsOf(event).map((column) => [column.name, column]) : []);
  const tests = terms.map((term) => testOf(term, columns));
  return (record, partition) => {
    const document = documentOf(record, partition);
    return tests.every((test) => test(document));
  };
}

/** A record, whose text and JSON are read once, and only if they are asked for. */
interface Document {
  readonly record: KafkaRecord;
  readonly partition: number;
  /** The value as text; undefined if it is none. */
  text(): string | undefined;
  /** The value's JSON; undefined if it is none. */
  json(): unknown;
}

function documentOf(record: KafkaRecord, partition: number): Document {
  let text: string | null | undefined = null;
  let json: { readonly value: unknown } | undefined;
  const document: Document = {
    record,
    partition,
    text() {
      if (text === null) text = record.value ? textOf(record.value) : undefined;
      return text;
    },
    json() {
      json ??= { value: parsed(document.text()) };
      return json.value;
    },
  };
  return document;
}

function parsed(text: string | undefined): unknown {
  try {
    return text === undefined ? undefined : JSON.parse(text);
  } catch {
    return undefined;
  }
}

type Test = (document: Document) => boolean;

function testOf(term: Term, columns: ReadonlyMap<string, Column>): Test {
  if ('text' in term) {
    const bytes = Buffer.from(term.text);
    return ({ record: { key, value } }) => has(value, bytes) || has(key, bytes);
  }
  const { field } = term;
  if (field.of === 'value') return testOfValue(term, field.path, columns);
  if (field.of === 'time') return testOfTime(term);
  if (field.of === 'header') return testOfHeader(term, field.name);
  if (field.of === 'key') return ({ record: { key } }) => meets(term, key === null ? undefined : (textOf(key) ?? ''));
  const number = field.of;
  if (!isNumber(term.value)) throw cannot(field, term, `expected a number, got ${JSON.stringify(term.value)}`);
  return ({ record, partition }) => meets(term, String(number === 'offset' ? record.offset : partition));
}

const has = (bytes: Uint8Array | null, wanted: Buffer): boolean =>
  bytes !== null && Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).includes(wanted);

function testOfTime(term: Comparing): Test {
  if (term.comparison === '~' || term.comparison === '!~')
    throw cannot(term.field, term, 'expected =, !=, <, <=, > or >= after @time');
  const wanted = attempt({ ...term, quoted: false }, () => parseMicros(wholeTime(term.value))) ?? 0n;
  return ({ record: { timestamp } }) => compares(order(BigInt(timestamp) * 1000n, wanted), term.comparison);
}

/** One of the headers of this name, of which there may be several; with `!=` and `!~` none of them. */
function testOfHeader(term: Comparing, name: string): Test {
  const negated = term.comparison === '!=' || term.comparison === '!~';
  return ({ record: { headers } }) => {
    const texts = headers.flatMap((header) => (header.name === name ? [textOf(header.value) ?? ''] : []));
    if (texts.length === 0) return meets(term, undefined);
    return negated ? texts.every((text) => meets(term, text)) : texts.some((text) => meets(term, text));
  };
}

function testOfValue(term: Comparing, path: readonly (string | number)[], columns: ReadonlyMap<string, Column>): Test {
  const [name] = path;
  const column = path.length === 1 && typeof name === 'string' ? columns.get(name) : undefined;
  const typed = column && typeof name === 'string' ? typedTest(term, name, column) : undefined;
  return (document) => {
    const found = valueAt(document.json(), path);
    if (found === undefined || found === null) return meets(term, undefined);
    return typed?.(document, found) ?? meets(term, written(document, path, found));
  };
}

/** A day means its beginning. */
const wholeTime = (text: string): string => (/^\d{4}-\d\d-\d\d$/.test(text) ? `${text}T00:00` : text);

/** Compares as the consumer reads the field; undefined of a value that it can't read, whose text is compared. */
function typedTest(term: Comparing, name: string, { kind, parse }: Column) {
  const { comparison, value, quoted } = term;
  if (comparison === '~' || comparison === '!~' || isNull(value, quoted)) return undefined;
  if (kind === 'text' || kind === 'uuid') {
    // Consumers read UUIDs in lower case.
    const spelled = (text: string) => (kind === 'uuid' ? text.toLowerCase() : text);
    return (_: Document, found: unknown): boolean | undefined =>
      typeof found === 'string' ? compares(order(spelled(found), spelled(value)), comparison) : undefined;
  }
  const given = kind === 'timestamp' ? wholeTime(value) : new WrittenNumber(value);
  const wanted = attempt(term, () => parse(given) as number | bigint);
  if (wanted === undefined) return undefined;
  return (document: Document, found: unknown): boolean | undefined => {
    try {
      const exact = typeof found === 'number' ? exactNumber(document.text() ?? '', name, found) : found;
      return compares(order(parse(exact) as number | bigint, wanted), comparison);
    } catch (error) {
      if (error instanceof Unusable) return undefined;
      throw error;
    }
  };
}

/** @returns undefined for a quoted value that the field can't have: it is searched for as a text */
function attempt<T>(term: Comparing, read: () => T): T | undefined {
  try {
    return read();
  } catch (error) {
    if (!(error instanceof Unusable)) throw error;
    if (term.quoted) return undefined;
    throw cannot(term.field, term, `${error.message}; in quotation marks it is looked for as a text`);
  }
}

const cannot = (field: Field, { comparison, value }: Comparing, why: string): FilterError => {
  const name = field.of === 'value' ? field.path.join('.') : `@${field.of}`;
  return new FilterError(`Filter, ${name}${comparison}${value}: ${why}.`);
};

function valueAt(json: unknown, path: readonly (string | number)[]): unknown {
  let value = json;
  for (const step of path) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, step)) return undefined;
    value = (value as Readonly<Record<string | number, unknown>>)[step];
  }
  return value;
}

/** As the record has it: `JSON.parse` has rounded what a double can't hold. */
function written(document: Document, path: readonly (string | number)[], found: unknown): string {
  if (typeof found === 'string') return found;
  if (typeof found === 'boolean' || Number.isSafeInteger(found)) return String(found);
  const text = document.text() ?? '';
  const place = placeOf(text, path);
  return place ? text.slice(place.from, place.to) : JSON.stringify(found);
}

const isNull = (value: string, quoted: boolean): boolean => value === 'null' && !quoted;

/** @param text undefined if there is none, or null: equal to `null` alone */
function meets({ comparison, value, quoted }: Comparing, text: string | undefined): boolean {
  const negated = comparison === '!=' || comparison === '!~';
  if (isNull(value, quoted) && (comparison === '=' || comparison === '!='))
    return (text === undefined) === (comparison === '=');
  if (text === undefined) return negated;
  if (comparison === '~' || comparison === '!~') return text.includes(value) !== negated;
  return compares(isNumber(text) && isNumber(value) ? orderOfNumbers(text, value) : order(text, value), comparison);
}

const NUMBER = /^-?\d+(\.\d+)?([eE][+-]?\d{1,3})?$/;
const isNumber = (text: string): boolean => NUMBER.test(text);

/** Below 0, 0 or above, as the first is less than the second, the same, or more. */
const order = <T extends string | number | bigint>(a: T, b: T): number => (a < b ? -1 : a > b ? 1 : 0);

function orderOfNumbers(a: string, b: string): number {
  const [first, second] = [withoutExponent(a), withoutExponent(b)];
  const decimals = Math.max(decimalsOf(first), decimalsOf(second));
  return order(scaled(first, decimals), scaled(second, decimals));
}

const decimalsOf = (text: string): number => text.split('.')[1]?.length ?? 0;
const scaled = (text: string, decimals: number): bigint =>
  BigInt(text.replace('.', '') + '0'.repeat(decimals - decimalsOf(text)));

function compares(order: number, comparison: Comparison): boolean {
  if (comparison === '=') return order === 0;
  if (comparison === '!=') return order !== 0;
  if (comparison === '<') return order < 0;
  if (comparison === '>') return order > 0;
  return comparison === '<=' ? order <= 0 : order >= 0;
}
