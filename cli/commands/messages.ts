import { setTimeout as delay } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { type Bytes, type CutBytes, fromBytes } from '#operations/bytes.ts';
import {
  type BrowseProgress,
  type BrowseRequest,
  type BrowseStep,
  browse,
  NoSuchPlace,
} from '#operations/records/browse.ts';
import { inOneText, wordsOf } from '#operations/records/fate-words.ts';
import { FilterError } from '#operations/records/filter.ts';
import { readFrom } from '#operations/records/from.ts';
import type { Message } from '#operations/records/message.ts';
import { readCursor } from '#operations/records/windows.ts';
import { withBackbone } from '../backbone.ts';
import { exit, UserError } from '../command.ts';
import { onInterrupt } from '../interrupt.ts';
import { formatCount, readWholeNumber } from '../numbers.ts';
import { print, printError, printProgress } from '../print.ts';
import { table } from '../table.ts';
import { allTopics, requireTopic } from '../topics.ts';

export const summary = 'Look through a topic, with what became of each record';

export const environments = true;

export const usage = `
Usage: npx tillstream messages TOPIC [--from newest|oldest|OFFSET|TIME] [--partition N] [--filter FILTER]
                               [--limit N] [--after PLACE] [--follow] [--json]

  --from        newest: from the topic's end backwards (the default); oldest, an offset or a time: from there on
  --partition   of this partition alone
  --filter      only records that meet all of its terms, such as 'country=DE amount>100 "free text"'
  --limit       records at most, 20 unless it says otherwise, up to 500
  --after       goes on where an earlier answer ended
  --follow      what comes from now on, or from --from on, until Ctrl-C, the oldest first; what became of each is as of then
  --json        a line of JSON for each record, then one that says how far it came

A term of a filter is a text that the value or the key contains, or a field, a comparison (= != < <= > >=, ~ contains, !~ doesn't) and a
value, without spaces. Fields are those of the value's JSON (amount, lines[0].sku) and @key, @time, @partition, @offset, @header.NAME.
Amounts are compared exactly, times as moments. Ctrl-C stops a search, and shows what it has found.

Topics: ${allTopics.join(', ')}
Exit code 1 if no record was found.
`;

export async function run(args: string[]): Promise<number> {
  const { values, positionals } = parseArgs({
    args,
    allowPositionals: true,
    options: {
      from: { type: 'string' },
      follow: { type: 'boolean', default: false },
      partition: { type: 'string' },
      filter: { type: 'string' },
      limit: { type: 'string', default: '20' },
      after: { type: 'string' },
      json: { type: 'boolean', default: false },
    },
  });
  const [name, ...others] = positionals;
  if (others.length > 0) throw new UserError(`Expected one topic, got ${positionals.join(' ')}`);
  const topic = requireTopic(name);
  const from = readFrom(values.from ?? (values.follow ? 'live' : 'newest'));
  if (from === undefined)
    throw new UserError(`--from: expected newest, oldest, an offset or an ISO 8601 time, got "${values.from}"`);
  const goesBack = values.after === undefined ? from === 'newest' : isBackwards(values.after);
  if (values.follow && goesBack)
    throw new UserError(
      '--follow goes on from older records to newer ones: give it another --from than newest, or none, and no --after of a search backwards.',
    );
  const request = {
    ...{ topic, from, filter: values.filter, after: values.after },
    partition: readWholeNumber('--partition', values.partition),
    limit: readWholeNumber('--limit', values.limit, { min: 1, max: 500 }),
  };
  return values.follow ? follow(request, values.json) : look(request, values.json);
}

/** A place says itself in which direction it goes on. */
const isBackwards = (place: string): boolean => readCursor(place)?.direction === 'back';

async function look(request: BrowseRequest, json: boolean): Promise<number> {
  const interrupt = onInterrupt();
  try {
    const { messages, end } = await withBackbone(async (backbone) =>
      collect(browse(backbone, request, interrupt.signal)),
    );
    const isNewestFirst = request.after === undefined ? request.from === 'newest' : isBackwards(request.after);
    if (json) for (const line of [...messages, end]) print(JSON.stringify(line));
    else if (messages.length > 0) print(describe(request.topic, messages));
    if (!json) printError(tellEnd(end, isNewestFirst));
    return messages.length > 0 ? exit.ok : exit.no;
  } catch (error) {
    throw asUserError(error);
  } finally {
    interrupt.off();
    printProgress('');
  }
}

const AGAIN_AFTER_MS = 1_000;

/** Succeeds even if nothing came. */
async function follow(request: BrowseRequest, json: boolean): Promise<number> {
  const interrupt = onInterrupt();
  try {
    await withBackbone(async (backbone) => {
      for (let after = request.after; !interrupt.signal.aborted; ) {
        const { messages, end } = await collect(browse(backbone, { ...request, after }, interrupt.signal), () => {});
        after = end.here;
        if (json) for (const message of messages) print(JSON.stringify(message));
        else if (messages.length > 0) print(describe(request.topic, messages));
        if (end.ended === 'all') await delay(AGAIN_AFTER_MS, undefined, interrupt).catch(() => {});
      }
    });
    return exit.ok;
  } catch (error) {
    throw asUserError(error);
  } finally {
    interrupt.off();
  }
}

function asUserError(error: unknown): unknown {
  return error instanceof FilterError || error instanceof NoSuchPlace
    ? new UserError(error.message, { cause: error })
    : error;
}

type End = Extract<BrowseStep, { readonly ended: string }>;

async function collect(
  steps: AsyncIterable<BrowseStep>,
  report: (text: string) => void = printProgress,
): Promise<{ messages: Message[]; end: End }> {
  const messages: Message[] = [];
  for await (const step of steps) {
    if ('ended' in step) return { messages, end: step };
    if ('messages' in step) messages.push(...step.messages);
    report(tell(step.progress));
  }
  throw new Error('Expected the search to tell how it ended, got nothing.');
}

const tell = ({ scanned, of, found }: BrowseProgress): string =>
  `scanned ${formatCount(scanned)} of ${formatCount(of)}, found ${formatCount(found)}`;

/** A search that ended early says so: what it didn't find may be there. */
export function tellEnd({ ended, next, progress }: Omit<End, 'here'>, isNewestFirst: boolean): string {
  const how = {
    all: isNewestFirst ? 'That is as far back as Kafka goes' : 'That is the end of the topic',
    limit: 'There may be more',
    stopped: 'Stopped before the end',
  }[ended];
  const more = next === null ? '' : `. Go on with --after ${next}`;
  return `${how}: ${tell(progress)}${more}`;
}

/** Characters of a value that stay in its line. */
const LONGEST_VALUE = 80;

export function describe(topic: string, messages: readonly Message[]): string {
  return table(
    ['time (UTC)', 'partition', 'offset', 'key', 'value', 'what became of it'],
    messages.map(({ timestamp, partition, offset, key, value, fate }) => [
      timestamp?.replace('T', ' ').replace('Z', '') ?? '-',
      partition,
      offset,
      key ? begin(textOf(key.shown), 20) : '-',
      shownValue(value),
      fate ? inOneText(wordsOf(fate, { topic }, timestamp)) : 'unknown: PostgreSQL does not answer',
    ]),
  );
}

const shownValue = (value: CutBytes | null): string =>
  value === null ? '(no value)' : begin(textOf(value.shown), LONGEST_VALUE);

const begin = (text: string, longest: number): string => (text.length > longest ? `${text.slice(0, longest)}…` : text);

export const textOf = (bytes: Bytes): string =>
  'text' in bytes ? bytes.text : `base64:${fromBytes(bytes).toString('base64')}`;
