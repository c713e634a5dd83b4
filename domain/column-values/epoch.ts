/** Instants that may be numbers, in declared units since 1970. */
import { type EpochUnit, plausible } from '../epoch.ts';
import { isDigit, QUOTE, type Storage, UNSURE, ZERO } from './storage.ts';
import { type Micros, setMicros, timestampStorage } from './timestamp.ts';

/** More digits than these are no time that is plausible, and fewer are a number that a double holds. */
const MOST_DIGITS = 16;

/** @param iso whether text may be ISO 8601 too */
export function epochStorage(units: readonly EpochUnit[], iso: boolean): Storage<Micros, bigint> {
  const ranges = units.map(plausible);
  return {
    ...timestampStorage,

    /** Whole numbers; of text, what ISO 8601 is, if that may be. */
    take(values, row, bytes, at) {
      if (bytes[at] === QUOTE) return iso ? timestampStorage.take(values, row, bytes, at) : UNSURE;
      const start = at;
      let number = 0;
      while (isDigit(bytes[at])) number = number * 10 + (bytes[at++] as number) - ZERO;
      if (at - start > MOST_DIGITS || bytes[start] === ZERO) return UNSURE;
      const range = ranges.find(({ from, to }) => number >= from && number < to);
      if (!range) return UNSURE;
      setMicros(values.halves, row, number * range.micros);
      return at;
    },
  };
}
