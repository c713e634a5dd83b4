/** A look through a topic: its address, its commands, and how far it came, in words. Pure. */
import type { Bytes, CutBytes } from '#operations/bytes.ts';
import { quoted } from '#operations/quoted.ts';
import type { BrowseProgress } from '#operations/records/browse.ts';
import { inOneText, wordsOf } from '#operations/records/fate-words.ts';
import type { Message } from '#operations/records/message.ts';
import { count } from './numbers.ts';
import { asOption, command } from './shell.ts';

/** As the address has it. */
export interface Look {
  readonly topic: string;
  readonly from: string;
  readonly partition: string;
  readonly filter: string;
  readonly after: string;
}

export const lookOf = (topic: string, query: Readonly<Record<string, string>>): Look => ({
  topic,
  from: query.from ?? 'newest',
  partition: query.partition ?? '',
  filter: query.filter ?? '',
  after: query.after ?? '',
});

/** What the address and the request have beside the topic; what is usual is left out. */
export const queryOf = ({ from, partition, filter, after }: Look): Record<string, string> => ({
  ...(from !== 'newest' && { from }),
  ...(partition !== '' && { partition }),
  ...(filter.trim() !== '' && { filter: filter.trim() }),
  ...(after !== '' && { after }),
});

/** The page goes on asking for what comes. */
export const isLive = ({ from }: Look): boolean => from === 'live';

export const asCommand = ({ topic, ...look }: Look): string =>
  [
    'npx tillstream messages',
    ...Object.entries(queryOf({ topic, ...look })).map(([name, value]) =>
      name === 'from' && value === 'live' ? '--follow' : asOption(name, value),
    ),
    command('', [topic]).trimStart(),
  ].join(' ');

/** @returns null if it begins where kcat can't: at a time that nobody can read */
export function asKcat({ topic, from, partition }: Look): string | null {
  const one = partition === '' ? '' : ` -p ${quoted(partition)}`;
  if (from === 'live') return `kcat -b "$BROKERS" -C -t ${quoted(topic)}${one} -o end`;
  const start =
    from === 'newest' ? '-20' : from === 'oldest' ? 'beginning' : /^\d+$/.test(from) ? from : `s@${Date.parse(from)}`;
  if (start === 's@NaN') return null;
  return `kcat -b "$BROKERS" -C -e -t ${quoted(topic)}${one} -o ${start}`;
}

/** Records that a live look keeps; those before them are in Kafka. */
export const LIVE_ROWS = 500;

/** Those that came on top, the newest first; `more` in the order in which they came. */
export const putNewest = (rows: readonly Message[], more: readonly Message[], most = LIVE_ROWS): readonly Message[] =>
  [...more.toReversed(), ...rows].slice(0, most);

export const sayProgress = ({ scanned, of, found }: BrowseProgress): string =>
  `scanned ${count(scanned)} of ${count(of)} · found ${count(found)}`;

export const textOf = (bytes: Bytes): string => ('text' in bytes ? bytes.text : `base64:${bytes.base64}`);

export const shownOf = (bytes: CutBytes | null): string =>
  bytes === null ? '' : `${textOf(bytes.shown)}${bytes.cut ? '…' : ''}`;

/** Rows for a spreadsheet, their names first. */
export const csvRows = (topic: string, messages: readonly Message[]) => [
  ['time', 'partition', 'offset', 'key', 'value', 'what became of it'],
  ...messages.map(({ timestamp, partition, offset, key, value, fate }) => [
    timestamp,
    partition,
    offset,
    shownOf(key),
    shownOf(value),
    fate ? inOneText(wordsOf(fate, { topic }, timestamp)) : null,
  ]),
];
