/** What a stream of one's own is called, in each place that names it. Pure. */
import { lineageColumns } from '#adapters/postgres/described-table.ts';
import { lakeColumns } from '#domain/lake-fields.ts';
import type { SinkKind } from '#domain/stream.ts';

const ofTables = lineageColumns.map(({ name }) => name);

/** Columns that each table or object has beside the event's. */
export const ownColumns = (sink: SinkKind): readonly string[] =>
  ({ table: ofTables, lake: lakeColumns, both: [...ofTables, ...lakeColumns] })[sink];

export interface Names {
  /** The topic, and the word of the table or the objects: `late_refunds`. */
  readonly topic: string;
  /** Of the files: `late-refunds`. */
  readonly file: string;
  /** In code: `lateRefunds`, and its event, `lateRefundEvent`. */
  readonly constant: string;
  readonly event: string;
  /** One of them, in words and as a field: `late refund`, `late_refund_id`. A delivery has `delivery`: each table has a `delivery_id`. */
  readonly one: string;
  readonly id: string;
  /** The function, and its name in the ledger: `store-late-refunds`. */
  readonly consumer: string;
  /** The function's role in PostgreSQL: `store_late_refunds`. */
  readonly role: string;
}

export function namesOf(topic: string, sink: SinkKind): Names {
  const consumer = `${sink === 'table' ? 'store' : 'archive'}-${kebab(topic)}`;
  const one = singular(topic);
  return {
    topic,
    file: kebab(topic),
    constant: camel(topic),
    event: `${camel(one)}Event`,
    one: one.replaceAll('_', ' '),
    id: ownColumns(sink).includes(`${one}_id`) ? one : `${one}_id`,
    consumer,
    role: consumer.replaceAll('-', '_'),
  };
}

/** As a name of Kafka, PostgreSQL, Lambda and TypeScript at once. The function's name, `tillstream-prod-archive-…`, has 64 characters. */
const NAME = /^[a-z]([a-z0-9]|_(?=[a-z0-9]))*$/;
const LONGEST = 30;

/** What the files that name a stream call something else, and words of TypeScript that no constant may have. */
const TAKEN = new Set(
  (
    'streams catalogue consumer topics outputs stream batching z currency quantity upTo expect it readBatch sent read arguments await break case catch class const continue debugger default delete do ' +
    'else enum eval export extends false finally for function if implements import in instanceof interface let new null package private ' +
    'protected public return static super switch this throw true try typeof undefined var void while with yield money text timestamp uuid'
  ).split(' '),
);

/** @returns what is wrong with the name: "expected …, got …"; undefined if a stream can have it */
export function faultOfName(name: string): string | undefined {
  const got = JSON.stringify(name.slice(0, 60));
  if (!NAME.test(name))
    return `expected lower-case letters, digits and single underscores, beginning with a letter, such as refunds, got ${got}`;
  if (name.length > LONGEST) return `expected at most ${LONGEST} characters, got ${name.length}`;
  if (TAKEN.has(camel(name))) return `expected a name that means nothing else in the code, got ${got}`;
  return undefined;
}

const kebab = (name: string): string => name.replaceAll('_', '-');
const camel = (name: string): string => name.replaceAll(/_(\w)/g, (_, letter: string) => letter.toUpperCase());

/** By the commonest rules of English; a person may name it better. */
function singular(name: string): string {
  if (name.endsWith('ies')) return `${name.slice(0, -3)}y`;
  return /[^aisu]s$/.test(name) ? name.slice(0, -1) : name;
}
