/** Decides which hours a run compares: those that changed since they were indexed, or all. Pure. */

/** The index and the view that the notes in PostgreSQL describe. */
export interface Compared {
  readonly indexUuid: string;
  readonly viewMd5: string;
  /** Time since every hour was last compared; negative if the database's clock went back since. */
  readonly ageSeconds: number;
}

export interface Situation {
  /** Whether all hours were asked for. */
  readonly full: boolean;
  /** UUID of the index as it is now. */
  readonly indexUuid: string;
  /** MD5 of the definitions of the view, and of the view that it adds up, as they are now. */
  readonly viewMd5: string;
  /** Undefined if nothing was ever indexed. */
  readonly compared: Compared | undefined;
}

export type Scope = 'changed' | 'all';

/** The notes don't show what somebody else did to the index, so all of it is compared once a day. */
const COMPARE_EVERY_SECONDS = 24 * 60 * 60;

export function scopeOf(situation: Situation): Scope {
  const age = situation.compared?.ageSeconds ?? 0;
  // After a clock that was ahead, the next daily comparison would be that much later.
  const isRecent = age >= 0 && age < COMPARE_EVERY_SECONDS;
  return !situation.full && isKnown(situation) && isRecent ? 'changed' : 'all';
}

/** Whether the notes describe this index, filled from this view; not so for an index that was deleted or has a new version. */
export const isKnown = ({ compared, indexUuid, viewMd5 }: Situation): boolean =>
  compared?.indexUuid === indexUuid && compared.viewMd5 === viewMd5;
