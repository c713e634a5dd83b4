/** How many dead letters there are: by reason, and over time. */
import { type Reason, reasons } from '#domain/dead-letters.ts';
import { askable } from '../asking/askable.ts';
import type { Backbone } from '../backbone.ts';
import { sharedByQuestion } from '../shared-answer.ts';
import { conditionsOf, type LetterFilter } from './filter.ts';
import { LETTERS, LETTERS_AND_FATES } from './query.ts';

export interface LetterCounts {
  /** Letters that the filter means. */
  readonly matching: number;
  /** By reason, whatever the filter says; a reason without letters is absent. */
  readonly reasons: readonly { readonly reason: Reason; readonly letters: number; readonly unsent: number }[];
  /** When those that the filter means were written: `seconds` each, from `from` on. Only spans and reasons with letters. */
  readonly spans: readonly { readonly at: string; readonly reason: Reason; readonly letters: number }[];
  readonly seconds: number;
  /** ISO 8601, UTC, whole spans. */
  readonly from: string;
  readonly to: string;
}

const MINUTE = 60;
const DAY = 86_400;
const SPANS = [MINUTE, 5 * MINUTE, 15 * MINUTE, 3_600, 6 * 3_600, DAY, 7 * DAY, 28 * DAY];
/** As many as a narrow plot can show. */
const MOST_SPANS = 120;

/**
 * The spans are as short as the time from the filter's `since` to `until` allows; without, of the last day that has letters, or of less if they are younger.
 *
 * @param filter its text is left out: `matching` and `spans` would take a look into every letter
 */
export const countLetters = askable(
  'countLetters',
  async ({ pool }: Pick<Backbone, 'pool'>, { text: _, ...filter }: LetterFilter): Promise<LetterCounts> => {
    const { rows: byReason } = await pool.query<LetterCounts['reasons'][number]>(
      `select letter.reason, count(*) as letters, count(*) filter (where redrive.redrive_id is null) as unsent
     ${LETTERS}
     group by letter.reason
     order by letter.reason`,
    );
    const [oldest, newest] = await endsOf(pool);
    const until = filter.until ?? newest;
    const since = filter.since ?? new Date(Math.max(oldest.getTime(), until.getTime() - DAY * 1000));
    const { seconds, from, to } = spansOf(since, until);
    const source = filter.state === undefined ? LETTERS : LETTERS_AND_FATES;
    const { sql, parameters } = conditionsOf(filter);
    const matching =
      fromReasons(byReason, filter) ??
      (await pool.query<{ letters: number }>(`select count(*) as letters ${source} where true ${sql}`, [...parameters]))
        .rows[0]?.letters ??
      0;
    // With the reasons, an index leads to the letters of a time.
    const shown = conditionsOf({ ...filter, since: from, until: to });
    const count = shown.parameters.length;
    const { rows: spans } = await pool.query<{ at: Date; reason: Reason; letters: number }>(
      `select date_bin($${count + 1}, letter.failed_at, 'epoch') as at, letter.reason, count(*) as letters
     ${source}
     where letter.reason = any($${count + 2}) ${shown.sql}
     group by at, letter.reason
     order by at, letter.reason`,
      [...shown.parameters, `${seconds} s`, Object.keys(reasons)],
    );
    return {
      matching,
      reasons: byReason,
      spans: spans.map(({ at, ...span }) => ({ at: at.toISOString(), ...span })),
      ...{ seconds, from: from.toISOString(), to: to.toISOString() },
    };
  },
);

/** What the counts by reason say already, without another look at every letter. */
function fromReasons(counts: LetterCounts['reasons'], { reason, state, topic, since, until }: LetterFilter) {
  if (topic ?? since ?? until) return undefined;
  const those = counts.filter((each) => reason === undefined || each.reason === reason);
  const [letters, unsent] = (['letters', 'unsent'] as const).map((of) =>
    those.reduce((sum, each) => sum + each[of], 0),
  );
  if (state === undefined || letters === undefined || unsent === undefined) return letters;
  return { new: unsent, sent: letters - unsent }[state as string];
}

/** The same for many who look: one counting at a time, and none soon after another, however often new letters come. */
export function openCounts(): (
  backbone: Pick<Backbone, 'pool' | 'ask'>,
  filter: LetterFilter,
) => Promise<LetterCounts> {
  const ask = sharedByQuestion(
    ({ backbone, filter }: { backbone: Pick<Backbone, 'pool' | 'ask'>; filter: LetterFilter }) =>
      countLetters(backbone, filter),
    ({ filter: { text: _, reason, topic, state, since, until } }) =>
      JSON.stringify([reason, topic, state, since, until]),
  );
  return (backbone, filter) => ask({ backbone, filter });
}

/** When the first letter was written, and the moment behind the last; now, if there is none. */
async function endsOf(pool: Backbone['pool']): Promise<[Date, Date]> {
  const end = async (order: 'asc' | 'desc') => {
    const query = `select failed_at from ledger.dead_letters order by dead_letter_id ${order} limit 1`;
    return (await pool.query<{ failed_at: Date }>(query)).rows[0]?.failed_at ?? new Date();
  };
  const [oldest, newest] = await Promise.all([end('asc'), end('desc')]);
  return [oldest, new Date(newest.getTime() + 1)];
}

/** The shortest spans of which not too many hold both moments; their edges are those of the clock. */
export function spansOf(since: Date, until: Date): { seconds: number; from: Date; to: Date } {
  const [from, to] = [since.getTime() / 1000, Math.max(until.getTime(), since.getTime() + 1) / 1000];
  const down = (seconds: number) => Math.floor(from / seconds) * seconds;
  const up = (seconds: number) => Math.ceil(to / seconds) * seconds;
  const seconds = SPANS.find((each) => (up(each) - down(each)) / each <= MOST_SPANS) ?? 28 * DAY;
  return { seconds, from: new Date(down(seconds) * 1000), to: new Date(up(seconds) * 1000) };
}
