/** Says of a value what its consumer would make of it, and changes nothing. */
import { columnsOf } from '#domain/columns.ts';
import { wholeReader } from '#domain/event-reader.ts';
import { keyFault } from '#domain/keyed-records.ts';
import { type Problem, problemsOf, rangeOf, textOf } from '#domain/problems.ts';
import { catalogue, inventoryStreams, type Stream } from '#domain/streams.ts';
import { askable } from '../asking/askable.ts';
import type { Backbone } from '../backbone.ts';
import { firstOfItsId, productsAmong } from './first-of-its-id.ts';

export interface Checked {
  /** Whether it would take effect: it has no problems. */
  readonly usable: boolean;
  /** The consumer, whose reader judged it. */
  readonly consumer: string;
  readonly problems: readonly Problem[];
  /** What a person should know before it is sent. */
  readonly warnings: readonly string[];
  /** What was looked up and is as it should be. */
  readonly confirmed: readonly string[];
}

export interface Candidate {
  readonly topic: string;
  readonly value: Uint8Array | null;
  /** The key that it is sent with; not judged if undefined. */
  readonly key?: Uint8Array | null | undefined;
}

/** @throws if the catalogue has no such topic */
export const checkValue = askable(
  'checkValue',
  async (
    { pool }: Pick<Backbone, 'pool'>,
    { topic, value, key }: Candidate,
    now: Date = new Date(),
  ): Promise<Checked> => {
    const stream = catalogue.find((each) => each.topic === topic);
    if (!stream)
      throw new Error(`Expected one of the topics ${catalogue.map(({ topic }) => topic).join(', ')}, got ${topic}.`);
    const { consumer } = stream;
    // It would be sent now.
    const at = now.getTime();
    const reading = wholeReader(stream)(value, undefined, at);
    if ('faults' in reading)
      return {
        usable: false,
        consumer,
        problems: problemsOf(stream, value, undefined, at),
        warnings: [],
        confirmed: [],
      };
    const event = reading.event as Event;
    const told = await byKeyAndStores(pool, stream, event, key, value && textOf(value));
    const warnings = [...told.warnings, ...timesOf(stream, event, now), ...keyOf(stream, event, key)];
    return { usable: told.problems.length === 0, consumer, ...told, warnings };
  },
);

type Event = Readonly<Record<string, unknown>>;

async function byKeyAndStores(
  pool: Backbone['pool'],
  stream: Stream,
  event: Event,
  key: Candidate['key'],
  text: string | null | undefined,
) {
  const problems: Problem[] = [];
  const [warnings, confirmed]: [string[], string[]] = [[], []];
  const [id = ''] = stream.ids;
  const problem = (field: string, reason: Problem['reason'], message: string) => {
    const fault = { path: [field], reason, message };
    problems.push({ ...fault, ...rangeOf(fault, text ?? undefined) });
  };
  const wrongKey = key === undefined ? undefined : keyFault(stream, key, event);
  if (wrongKey) problem(stream.key, wrongKey.reason, wrongKey.message);
  const known = await firstOfItsId(pool, stream, event);
  if (known.state === 'new') confirmed.push(`${id} is new`);
  if (known.state === 'repeat')
    warnings.push(`the same event is there already: it would count as a repeat and change nothing`);
  if (known.state === 'conflict') problem(id, 'conflict', `it came before with another ${known.fields.join(', ')}`);
  if (inventoryStreams.some(({ topic }) => topic === stream.topic)) {
    const product = String(event.product_id);
    if ((await productsAmong(pool, [product])).has(product)) confirmed.push('product_id is in the inventory');
    else
      problem('product_id', 'unknown_product', 'no such product in inventory.inventory; add it there, or name another');
  }
  return { problems, warnings, confirmed };
}

const DAY_MS = 86_400_000;
/** Clocks differ by less. */
const AHEAD_MS = 5 * 60_000;

/** Of each time in the event, whether it is one that a person would wonder about. */
function timesOf({ event: schema }: Stream, event: Event, now: Date): string[] {
  return columnsOf(schema).flatMap(({ kind, name }) => {
    const micros = event[name];
    if (kind !== 'timestamp' || typeof micros !== 'bigint') return [];
    const age = now.getTime() - Number(micros / 1000n);
    if (age < -AHEAD_MS) return [`${name} is in the future`];
    const days = Math.floor(age / DAY_MS);
    return days < 1 ? [] : [`${name} is ${days} day${days === 1 ? '' : 's'} old`];
  });
}

/** A record goes back with its key, whatever its value says by now. */
function keyOf({ key: field, cleanup }: Stream, event: Event, key: Candidate['key']): string[] {
  if (cleanup || key === undefined || (key !== null && textOf(key) === event[field])) return [];
  const kept = key === null ? 'it has no key' : `its key stays ${JSON.stringify(textOf(key) ?? 'bytes')}`;
  return [`${kept}, which is not its ${field}: it may overtake other records of that ${field}`];
}
