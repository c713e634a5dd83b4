/** Envelopes: the event is a part of a record's value, beside what the sender says about it. */
import { Unusable } from './dead-letters.ts';
import { type Path, placeOf } from './json-places.ts';
import { parseJson } from './parse-json.ts';
import type { KafkaRecord } from './records.ts';

/**
 * `cloudevents`: https://github.com/cloudevents/spec/blob/v1.0.2/cloudevents/bindings/kafka-protocol-binding.md, structured (the event is
 * `data`) and binary (the headers have the attributes, and the value is the event), each record as it comes.
 *
 * `debezium`: https://debezium.io/documentation/reference/stable/connectors/postgresql.html#postgresql-change-events-value, with a
 * schema or without; the event is `after`.
 *
 * A path such as `$.data.order`: names of fields, from the outermost object on.
 */
export type Envelope = 'cloudevents' | 'debezium' | `$.${string}`;

export type Headers = KafkaRecord['headers'];

/** Where the event is in a value. */
export interface Unwrapped {
  /** The event alone. */
  readonly json: string;
  /** Of the event in the value. */
  readonly path: Path;
}

type Fields = Readonly<Record<string, unknown>>;

/** An event as a value that holds it, with the least that the envelope asks for. */
export function wrap(envelope: Envelope | undefined, event: Fields): Fields {
  if (envelope === undefined) return event;
  if (envelope === 'cloudevents')
    return { specversion: '1.0', id: '1', source: '/example', type: 'example', data: event };
  if (envelope === 'debezium') return { before: null, after: event, op: 'c' };
  return namesIn(envelope).reduceRight<Fields>((inner, name) => ({ [name]: inner }), event);
}

/** Of the fields that a path leads through. */
export const namesIn = (path: `$.${string}`): readonly string[] => path.slice(2).split('.');

/**
 * @param json a record's value, which may be no JSON
 * @param headers undefined where only the value is known: then that it has a `specversion` makes it a structured CloudEvent
 * @throws Unusable `invalid_envelope`, with the path of what is missing or wrong; `unsupported_delete`
 * @throws SyntaxError if it is no JSON
 */
export function unwrap(envelope: Envelope, json: string, headers: Headers | undefined): Unwrapped {
  const value = parseJson(json);
  const path = envelope === 'cloudevents' ? inCloudEvent(value, headers) : inOther(envelope, value);
  if (path.length === 0) return { json, path };
  for (let length = 1; length <= path.length; length++) {
    const outer = path.slice(0, length);
    if (!isObject(at(value, outer))) throw wrong('an object', at(value, outer), outer);
  }
  const { from, to } = placeOf(json, path) as { from: number; to: number };
  return { json: json.slice(from, to), path };
}

function inOther(envelope: Exclude<Envelope, 'cloudevents'>, value: unknown): Path {
  if (!isObject(value)) throw wrong('an object as envelope', value, []);
  return envelope === 'debezium' ? inDebezium(value) : namesIn(envelope);
}

const JSON_TYPE = /^(?:application|text)\/(?:[^;]+\+)?json\s*(?:;|$)/i;

function inCloudEvent(value: unknown, headers: Headers | undefined): Path {
  const header = (name: string) => {
    const found = headers?.find((each) => each.name.toLowerCase() === name);
    return found && Buffer.from(found.value).toString();
  };
  const version = header('ce_specversion');
  if (version !== undefined) {
    if (!/^1\./.test(version)) throw wrong('ce_specversion 1.0 in the headers', version, []);
    const type = header('content-type') ?? 'application/json';
    if (!JSON_TYPE.test(type)) throw wrong('content-type application/json in the headers', type, []);
    return [];
  }
  // Without headers, an event whose envelope was in them can't be told from one that lacks it.
  if (headers === undefined && !(isObject(value) && 'specversion' in value)) return [];
  if (!isObject(value)) throw wrong('a CloudEvent as an object', value, []);
  const { specversion, datacontenttype = 'application/json' } = value;
  if (typeof specversion !== 'string' || !/^1\./.test(specversion))
    throw wrong('a CloudEvent with specversion "1.0", in its value or as header ce_specversion', specversion, [
      'specversion',
    ]);
  if (typeof datacontenttype !== 'string' || !JSON_TYPE.test(datacontenttype))
    throw wrong('datacontenttype application/json', datacontenttype, ['datacontenttype']);
  return ['data'];
}

/** Created, updated, read by a snapshot. */
const TAKEN = ['c', 'u', 'r'];

function inDebezium(value: Fields): Path {
  const outer = 'op' in value ? [] : ['payload'];
  const change = at(value, outer);
  if (!isObject(change)) throw wrong('a change with op, or a payload that is one', change, outer);
  const path = [...outer, 'op'];
  if (change.op === 'd')
    throw new Unusable(
      'unsupported_delete',
      'expected a row that is there, got one that was deleted (op d), and this stream only adds: send its removal as an event of its own',
      path,
    );
  if (!TAKEN.includes(change.op as string)) throw wrong('op c, u or r', change.op, path);
  return [...outer, 'after'];
}

const isObject = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** Undefined where there is none. */
function at(value: unknown, path: Path): unknown {
  return path.reduce<unknown>(
    (outer, name) => (isObject(outer) && Object.hasOwn(outer, name) ? outer[name] : undefined),
    value,
  );
}

function wrong(expected: string, got: unknown, path: Path): Unusable {
  const shown =
    got === undefined
      ? 'none'
      : got === null
        ? 'null'
        : Array.isArray(got)
          ? 'an array'
          : typeof got === 'string'
            ? JSON.stringify(got.slice(0, 60))
            : typeof got === 'object'
              ? 'an object'
              : `a ${typeof got}`;
  return new Unusable('invalid_envelope', `expected ${expected}, got ${shown}`, path);
}
