/** What `npm run faults` asks of the tests, by an environment variable. */
export interface Asked {
  readonly minutes: number;
  readonly seed: number;
  /** Names of kinds. */
  readonly kinds: readonly string[];
}

export interface AskedOfTests extends Asked {
  /** The file that gets the result, a `Run` of record.ts. */
  readonly result: string;
}

/** Null in `npm test`. */
export const asked = JSON.parse(process.env.TILLSTREAM_FAULTS ?? 'null') as AskedOfTests | null;
