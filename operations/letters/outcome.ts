/** What became of many letters that were sent back together. */
import type { Pool } from '#adapters/postgres/index.ts';
import type { Reason } from '#domain/dead-letters.ts';
import { askable } from '../asking/askable.ts';
import type { Backbone } from '../backbone.ts';
import { FATE_COLUMNS, type Fate, type FateRow, fatesOf } from './fates.ts';
import { LETTERS_AND_FATES } from './query.ts';

export interface Outcomes {
  /** How many of them have this fate. */
  readonly fates: Readonly<Record<Fate['state'], number>>;
  /** Those that were refused again, the first twenty, with the letters that they became and the reasons of these. */
  readonly cameBack: readonly { readonly id: number; readonly as: number; readonly reason: Reason }[];
}

/** Letters that are asked about at a time. */
const AT_ONCE = 2_000;
const MOST_SHOWN = 20;

/** @param ids of letters; those that were not sent back count nowhere */
export const outcomesOf = askable(
  'outcomesOf',
  (backbone: Pick<Backbone, 'pool'>, ids: readonly number[]): Promise<Outcomes> => following(ids)(backbone),
);

/**
 * What became of letters, to be asked again and again: only those that something can still become of are looked up again. One question at
 * a time.
 */
export function following(ids: readonly number[]): (backbone: Pick<Backbone, 'pool' | 'ask'>) => Promise<Outcomes> {
  let open = ids;
  const settled = { ...NONE };
  const returned: { id: number; as: number }[] = [];
  return async (backbone) => {
    // Who asks from elsewhere sends the ids each time, and remembers nothing.
    if (backbone.ask) return outcomesOf(backbone, ids);
    const { pool } = backbone;
    const unsettled = { ...NONE };
    const still: number[] = [];
    for (let from = 0; from < open.length; from += AT_ONCE)
      for (const { id, fate } of await fatesBy(pool, open.slice(from, from + AT_ONCE))) {
        if (fate && isSettled(fate)) settled[fate.state] += 1;
        else {
          still.push(id);
          if (fate) unsettled[fate.state] += 1;
        }
        if (fate && fate.cameBackAs !== null) returned.push({ id, as: fate.cameBackAs });
      }
    open = still;
    const states = Object.keys(NONE) as Fate['state'][];
    return {
      fates: Object.fromEntries(states.map((state) => [state, settled[state] + unsettled[state]])) as Outcomes['fates'],
      cameBack: await withReasons(pool, returned),
    };
  };
}

const NONE: Readonly<Record<Fate['state'], number>> = {
  waiting: 0,
  'came-back': 0,
  'took-effect': 0,
  repeat: 0,
  sent: 0,
};

/** The load of an order that is in the lake may still find a repeat or a conflict. */
const isSettled = ({ state, in: room }: Fate): boolean => state !== 'waiting' && room !== 'lake';

async function fatesBy(pool: Pool, ids: readonly number[]) {
  const { rows } = await pool.query<FateRow & { id: number }>(
    `select letter.dead_letter_id as id, letter.topic, ${FATE_COLUMNS}
     ${LETTERS_AND_FATES}
     where letter.dead_letter_id = any($1)
     order by id`,
    [ids],
  );
  const fates = await fatesOf(pool, rows);
  return rows.map(({ id }, index) => ({ id, fate: fates[index] ?? null }));
}

async function withReasons(pool: Pool, returned: readonly { id: number; as: number }[]): Promise<Outcomes['cameBack']> {
  const shown = returned.slice(0, MOST_SHOWN);
  const { rows } = await pool.query<{ id: number; reason: Reason }>(
    'select dead_letter_id as id, reason from ledger.dead_letters where dead_letter_id = any($1)',
    [shown.map(({ as }) => as)],
  );
  const reasonOf = new Map(rows.map(({ id, reason }) => [id, reason]));
  return shown.flatMap(({ id, as }) => {
    const reason = reasonOf.get(as);
    return reason ? [{ id, as, reason }] : [];
  });
}
