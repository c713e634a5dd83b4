/**
 * Reads one event: the reference, and the only one that says why a record can't be used. What reads whole batches
 * (read-batch.ts) must agree with it, and leaves to it whatever it isn't sure of.
 */
import type { z } from 'zod';
import { aheadFaults } from './ahead.ts';
import { columnsOf } from './columns.ts';
import { type Reason, Unusable } from './dead-letters.ts';
import { type Envelope, type Headers, type Unwrapped, unwrap } from './envelope.ts';
import { exactNumber } from './exact-number.ts';
import type { Path } from './json-places.ts';
import { parseJson } from './parse-json.ts';
import { schemasInTime } from './required-from.ts';
import type { Stream } from './stream.ts';
import { unsupportedFormat } from './unsupported-format.ts';

const utf8 = new TextDecoder('utf-8', { fatal: true });

/** One of the reasons why a record can't be used. */
export interface Fault {
  /** Of the value that is wrong; empty if it is the whole record. */
  readonly path: Path;
  readonly reason: Reason;
  /** What was expected there, and what came. */
  readonly message: string;
}

/** An event, or everything that is wrong with its record. */
export type Reading<Event> =
  | {
      readonly event: Event;
      /** The event as it was written, without its envelope. */
      readonly json: string;
    }
  | { readonly faults: Faults };

type Faults = readonly [Fault, ...Fault[]];

/** Of a stream, what says how a value is read. */
export type Readable<Schema extends z.ZodObject = z.ZodObject> = Pick<Stream<Schema>, 'event' | 'envelope'>;

/**
 * @param headers of the record; undefined where they are not known, and then not judged
 * @param timestamp of the record, in milliseconds since 1970; undefined where it is not known, and then nothing is missing that is
 * required from a time on, nor any time too far ahead
 */
type Reader<Result> = (value: Uint8Array | null, headers?: Headers, timestamp?: number) => Result;

/** A function that reads an event from a record's value, or throws Unusable with the first fault. */
export function eventReader<Schema extends z.ZodObject>(stream: Readable<Schema>): Reader<z.infer<Schema>> {
  const read = wholeReader(stream);
  return (value, headers, timestamp) => {
    const reading = read(value, headers, timestamp);
    if ('event' in reading) return reading.event;
    throw unusable(reading.faults);
  };
}

/** The first of the faults, as a dead letter says it. */
export const unusable = ([{ path, reason, message }]: Faults): Unusable =>
  new Unusable(reason, path.length > 0 ? `${path.join('.')}: ${message}` : message, path);

/** The same, which goes on behind the first fault. */
export function wholeReader<Schema extends z.ZodObject>({
  event: schema,
  envelope,
}: Readable<Schema>): Reader<Reading<z.infer<Schema>>> {
  const columns = columnsOf(schema);
  const numbers = columns.flatMap(({ kind, name }) => (kind === 'text' || kind === 'uuid' ? [] : [name]));
  const limited = columns.filter(({ aheadAtMost }) => aheadAtMost !== undefined);
  const schemaAt = schemasInTime(schema);
  return (value, headers, timestamp) => {
    try {
      const whole = decode(value);
      const { json, path } = envelope ? unwrapped(envelope, whole, headers) : { json: whole, path: [] };
      const result = schemaAt(timestamp).safeParse(readFields(json, numbers));
      if (result.success) {
        const [first, ...more] = aheadFaults(limited, result.data, timestamp).map(
          ({ name, message }): Fault => ({ path: [...path, name], reason: 'invalid_timestamp', message }),
        );
        return first ? { faults: [first, ...more] } : { event: result.data, json };
      }
      return { faults: result.error.issues.map((issue) => toFault(issue, path)) as [Fault] };
    } catch (error) {
      if (!(error instanceof Unusable)) throw error;
      return { faults: [faultOf(error, value)] };
    }
  };
}

function decode(value: Uint8Array | null): string {
  if (value === null) throw new Unusable('null_value', 'expected a JSON object, got a record without a value');
  return attempt(() => utf8.decode(value), 'not_utf8', 'expected UTF-8 text');
}

const unwrapped = (envelope: Envelope, json: string, headers: Headers | undefined): Unwrapped =>
  attempt(() => unwrap(envelope, json, headers), 'not_json', 'expected a JSON object');

/** What can't be read at all may be in a format that has a name. */
function faultOf({ path, reason, message }: Unusable, value: Uint8Array | null): Fault {
  const format = value && (reason === 'not_utf8' || reason === 'not_json') ? unsupportedFormat(value) : undefined;
  return format ? { path, reason: 'unsupported_format', message: format } : { path, reason, message };
}

/** @param numbers the fields whose numbers count as they are written */
function readFields(json: string, numbers: readonly string[]): Record<string, unknown> {
  const parsed: unknown = attempt(() => parseJson(json), 'not_json', 'expected a JSON object');
  if (typeof parsed !== 'object' || parsed === null || Array.isArray(parsed))
    throw new Unusable(
      'not_an_object',
      `expected a JSON object, got ${Array.isArray(parsed) ? 'an array' : parsed === null ? 'null' : `a ${typeof parsed}`}`,
    );
  const fields = parsed as Record<string, unknown>;
  for (const name of numbers) {
    const number = fields[name];
    if (typeof number === 'number') fields[name] = exactNumber(json, name, number);
  }
  return fields;
}

function toFault({ path, message, ...issue }: z.core.$ZodIssue, outer: Path): Fault {
  const reason = issue.code === 'custom' ? (issue.params?.reason as Reason | undefined) : undefined;
  return { path: [...outer, ...(path as Path)], reason: reason ?? 'wrong_type', message };
}

function attempt<T>(read: () => T, reason: Reason, expected: string): T {
  try {
    return read();
  } catch (error) {
    if (error instanceof Unusable) throw error;
    // JSON.parse quotes what it can't read; the dead letter's message is stored as text, which holds no NUL.
    const message = (error as Error).message.slice(0, 200).toWellFormed().replaceAll('\0', '\\0');
    throw new Unusable(reason, `${expected}: ${message}`);
  }
}
