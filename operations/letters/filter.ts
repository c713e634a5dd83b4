/** Which dead letters are meant: what a person chooses, as conditions on the query of letters. */
import type { Reason } from '#domain/dead-letters.ts';

/**
 * `new`: not sent back. `sent`: sent back, whatever came of it; of those, `waiting` have not been consumed again, `came-back` became
 * another letter, and `took-effect` were consumed, repeats among them.
 */
export const letterStates = ['new', 'sent', 'waiting', 'came-back', 'took-effect'] as const;
export type LetterState = (typeof letterStates)[number];

/** What a letter must have; undefined: whatever it has. */
export interface LetterFilter {
  readonly reason?: Reason | undefined;
  readonly topic?: string | undefined;
  readonly state?: LetterState | undefined;
  /** When it was written, the first moment included and the last not. */
  readonly since?: Date | undefined;
  readonly until?: Date | undefined;
  /** In its message, key or value, as it is written there. */
  readonly text?: string | undefined;
}

export interface Condition {
  readonly sql: string;
  readonly parameters: readonly unknown[];
}

/**
 * Only conditions that are asked for, so that PostgreSQL sees which index serves them.
 *
 * @param filter all but `text`, which no index serves
 * @returns conditions on LETTERS (query.ts), or on LETTERS_AND_FATES if they are of fates, each after an `and`
 */
export function conditionsOf({ reason, topic, state, since, until }: LetterFilter): Condition {
  const parameters: unknown[] = [];
  const given = (value: unknown) => `$${parameters.push(value)}`;
  const all = [
    reason && `letter.reason = ${given(reason)}`,
    topic && `letter.topic = ${given(topic)}`,
    since && `letter.failed_at >= ${given(since)}`,
    until && `letter.failed_at < ${given(until)}`,
    state && WHEN[state],
  ];
  return { sql: all.flatMap((condition) => (condition ? [`and ${condition}`] : [])).join('\n'), parameters };
}

/** Whether a letter holds the text that is this parameter: its bytes as they are, no index leads to them. */
export const holding = (parameter: number): string => `and (
  position($${parameter} in letter.message) > 0
  or position(convert_to($${parameter}, 'UTF8') in letter.record_value) > 0
  or position(convert_to($${parameter}, 'UTF8') in letter.record_key) > 0
)`;

/**
 * Not by the columns of a left join that are null: PostgreSQL would expect hardly any such row, and read all letters rather than a page
 * of them.
 */
export const NOT_SENT =
  'not exists (select from ledger.redrives as sent where sent.dead_letter_id = letter.dead_letter_id)';

/** Whether the fates of letters must be known to choose them. */
export const isOfFates = ({ state }: Pick<LetterFilter, 'state'>): boolean =>
  state === 'waiting' || state === 'came-back' || state === 'took-effect';

const WHEN: Readonly<Record<LetterState, string>> = {
  new: NOT_SENT,
  sent: 'redrive.redrive_id is not null',
  waiting: `redrive.redrive_id is not null and fate.state = 'waiting'`,
  'came-back': `redrive.redrive_id is not null and fate.state = 'came-back'`,
  'took-effect': `redrive.redrive_id is not null and fate.state = 'took-effect'`,
};
