/** Which hours a run looks at: those that changed since they were indexed, or all. */

/** What the notes in PostgreSQL are about. */
export interface Compared {
  readonly indexUuid: string;
  readonly viewMd5: string;
  /** Since every hour was last compared. */
  readonly ageSeconds: number;
}

export interface Situation {
  /** Whether everything was asked for. */
  readonly full: boolean;
  /** Of the index and the view that are there now. */
  readonly indexUuid: string;
  readonly viewMd5: string;
  /** Undefined if nothing was ever indexed. */
  readonly compared: Compared | undefined;
}

export type Scope = 'changed' | 'all';

/** Notes can't tell what somebody else did to the index, so all of it is compared once a day. */
const COMPARE_EVERY_SECONDS = 24 * 60 * 60;

export const scopeOf = (situation: Situation): Scope =>
  !situation.full && isKnown(situation) && (situation.compared?.ageSeconds ?? 0) < COMPARE_EVERY_SECONDS
    ? 'changed'
    : 'all';

/** Whether the notes are about this index, filled from this view. An index that was deleted or has a new version is not. */
export const isKnown = ({ compared, indexUuid, viewMd5 }: Situation): boolean =>
  compared?.indexUuid === indexUuid && compared.viewMd5 === viewMd5;
