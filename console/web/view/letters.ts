/** Dead letters in words, and their filter in the address. */
import type { Fate } from '#operations/letters/fates.ts';
import type { LetterState } from '#operations/letters/filter.ts';
import { asOption } from './shell.ts';

/** The filter as it stands in the address, and goes to the server. */
export const filterNames = ['reason', 'topic', 'state', 'since', 'until', 'text'] as const;
export type Filter = Readonly<Partial<Record<(typeof filterNames)[number], string>>>;

export const filterOf = (query: Readonly<Record<string, string>>): Filter =>
  Object.fromEntries(filterNames.flatMap((name) => (query[name] ? [[name, query[name]]] : [])));

export const search = (parameters: Readonly<Record<string, string | number | undefined>>): string =>
  new URLSearchParams(
    Object.entries(parameters).flatMap(([name, value]) => (value === undefined ? [] : [[name, String(value)]])),
  ).toString();

/** In the order of a letter's life. */
export const stateNames: Readonly<Record<LetterState, string>> = {
  new: 'not sent back',
  sent: 'sent back',
  waiting: '… and waiting',
  'took-effect': '… and taken',
  'came-back': '… and refused again',
};

const ROOMS: Readonly<Record<NonNullable<Fate['in']>, string>> = {
  lake: 'in the lake, waits for the next load',
  warehouse: 'in the warehouse',
  stock: 'in the stock',
  payments: 'in the payments',
  bronze: 'in the lake (bronze)',
  table: 'in its table',
  objects: 'in the lake',
  shop: 'in the tables of the shop',
};

/** For a column. */
export function sayFate(fate: Fate | null): string {
  if (!fate) return '–';
  if (fate.state === 'came-back') return `came back as ${fate.cameBackAs}`;
  if (fate.state === 'took-effect') return fate.in === 'lake' ? 'in the lake' : 'took effect';
  return { waiting: 'on its way', repeat: 'was a repeat', sent: 'sent' }[fate.state];
}

/** For a sentence that begins with who sent it. */
export function sayWhatBecame({ state, in: room, place, cameBackAs }: Fate): string {
  const where = place ? ` as ${place.partition}/${place.offset}` : '';
  if (state === 'came-back') return `was refused again, and is letter ${cameBackAs} now`;
  if (state === 'took-effect') return `took effect${where}, ${room ? ROOMS[room] : ''}`;
  if (state === 'repeat') return `was a repeat${where}: the same record came before, and nothing changed`;
  return state === 'sent' ? 'went to Kafka' : place ? `waits in Kafka${where} for its consumer` : 'waits for Kafka';
}

/** As the command line is asked for the same letters. */
export function asCommand(filter: Filter): string {
  const given = filterNames.flatMap((name) => (filter[name] ? [asOption(name, filter[name])] : []));
  return ['npx tillstream dead-letters list', ...given].join(' ');
}
