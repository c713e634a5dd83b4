/** What `npm run faults` asks of the tests, by an environment variable. */
export interface Asked {
  readonly minutes: number;
  readonly seed: number;
  /** Names of kinds. */
  readonly kinds: readonly string[];
}

/** Null in `npm test`. */
export const asked = JSON.parse(process.env.TILLSTREAM_FAULTS ?? 'null') as Asked | null;
