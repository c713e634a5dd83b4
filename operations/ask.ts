/** Answers a question of the business, one of sql/analytics, and says how fresh what answers it is. */
import { inTransaction, type Pool } from '#adapters/postgres/index.ts';
import type { Question } from '#sql/questions.ts';
import type { Backbone } from './backbone.ts';
import { type Freshness, freshnessOf } from './freshness.ts';

export { readQuestions } from '#sql/questions.ts';
export type { Freshness, Question };

/** Money, other fractions, times and whole numbers beyond 2^53 are text, so that they stay exact. */
export type Cell = string | number | boolean | null;

export interface Answer {
  /** A cell for each of the question's columns. */
  readonly rows: readonly Cell[][];
  readonly freshness: readonly Freshness[];
}

/** As analysts ask, who can read no raw table; the page's own role, which can't become theirs, asks as itself. */
export const ask = async ({ pool }: Pick<Backbone, 'pool'>, question: Question): Promise<Answer> => ({
  rows: await rowsOf(pool, question),
  freshness: await freshnessOf(pool, question.source),
});

function rowsOf(pool: Pool, { sql }: Question): Promise<Cell[][]> {
  const types = { getTypeParser: (type: number) => parsers[type] ?? String };
  return inTransaction(
    pool,
    async (transaction) => {
      await transaction.query(
        "select set_config('role', 'bi_reader', true) where pg_has_role(session_user, 'bi_reader', 'set')",
      );
      return (await transaction.query<Cell[]>({ text: sql, rowMode: 'array', types })).rows;
    },
    'read only',
  );
}

/** By PostgreSQL's type: bool, int8, int4. All other values stay text. */
const parsers: Readonly<Record<number, (text: string) => Cell>> = {
  16: (text) => text === 't',
  20: (text) => (Number.isSafeInteger(Number(text)) ? Number(text) : text),
  23: Number,
};
