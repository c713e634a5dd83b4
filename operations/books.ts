/** The books of all streams: whatever Kafka took is in one of these parts, and they add up. */

/** Offsets: `offsets` = `effect` + `repeats` + `rejected` + `gaps` + `waiting` + `lost`. */
export interface Books {
  /** From where the ledger begins to Kafka's end, so retention doesn't make it smaller. */
  readonly offsets: number;
  /** Records that took effect where their stream ends: in the warehouse, if they are loaded; else where their consumer puts them. */
  readonly effect: number;
  /** Records that came before, with the same content. */
  readonly repeats: number;
  /** Records that became dead letters. */
  readonly rejected: number;
  /** Offsets without a record: markers of transactions, what compaction removed. */
  readonly gaps: number;
  /** Offsets that no consumer has dealt with yet. */
  readonly waiting: number;
  /** Offsets that retention removed before they were consumed, accepted by a person or not. */
  readonly lost: number;
}
