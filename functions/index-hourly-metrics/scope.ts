/** Which hours a run looks at: those that changed since they were indexed, or all. */

/** What the notes in PostgreSQL are about. */
export interface Compared {
  readonly index_uuid: string;
  readonly view_md5: string;
  /** Since every hour was last compared. */
  readonly age_seconds: number;
}

export interface Situation {
  /** Whether everything was asked for. */
  readonly full: boolean;
  /** Of the index and the view that are there now. */
  readonly index_uuid: string;
  readonly view_md5: string;
  /** Undefined if nothing was ever indexed. */
  readonly compared: Compared | undefined;
}

export type Scope = 'changed' | 'all';

/** Notes can't tell what somebody else did to the index, so all of it is compared once a day. */
const COMPARE_EVERY_SECONDS = 24 * 60 * 60;

export const scopeOf = (situation: Situation): Scope =>
  !situation.full && isKnown(situation) && (situation.compared?.age_seconds ?? 0) < COMPARE_EVERY_SECONDS
    ? 'changed'
    : 'all';

/** Whether the notes are about this index, filled from this view. An index that was deleted or has a new version is not. */
export const isKnown = ({ compared, index_uuid, view_md5 }: Situation): boolean =>
  compared?.index_uuid === index_uuid && compared.view_md5 === view_md5;
