/** What became of many letters that were sent back together. */
import type { Reason } from '#domain/dead-letters.ts';
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
export async function outcomesOf({ pool }: Pick<Backbone, 'pool'>, ids: readonly number[]): Promise<Outcomes> {
  const fates = { waiting: 0, 'came-back': 0, 'took-effect': 0, repeat: 0, sent: 0 };
  const returned: { id: number; as: number }[] = [];
  for (let from = 0; from < ids.length; from += AT_ONCE) {
    const { rows } = await pool.query<FateRow & { id: number }>(
      `select letter.dead_letter_id as id, letter.topic, ${FATE_COLUMNS}
       ${LETTERS_AND_FATES}
       where letter.dead_letter_id = any($1)
       order by id`,
      [ids.slice(from, from + AT_ONCE)],
    );
    for (const [index, fate] of (await fatesOf(pool, rows)).entries()) {
      if (!fate) continue;
      fates[fate.state] += 1;
      const { id } = rows[index] ?? {};
      if (id !== undefined && fate.cameBackAs !== null) returned.push({ id, as: fate.cameBackAs });
    }
  }
  const shown = returned.slice(0, MOST_SHOWN);
  const { rows } = await pool.query<{ id: number; reason: Reason }>(
    'select dead_letter_id as id, reason from ledger.dead_letters where dead_letter_id = any($1)',
    [shown.map(({ as }) => as)],
  );
  const reasonOf = new Map(rows.map(({ id, reason }) => [id, reason]));
  return {
    fates,
    cameBack: shown.flatMap(({ id, as }) => {
      const reason = reasonOf.get(as);
      return reason ? [{ id, as, reason }] : [];
    }),
  };
}
