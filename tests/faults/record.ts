/** The last results of each kind, in docs/faults.md. */

/** A run in which no record was lost or doubled, and the proof was balanced. */
export interface Run {
  readonly minutes: number;
  readonly seed: number;
  readonly records: number;
  /** How often each kind struck. */
  readonly struck: Readonly<Record<string, number>>;
  /** Why each other one never did. */
  readonly neverStruck: Readonly<Record<string, string>>;
}

const row = /^\| `([\w-]+)` \| (.*?) \|.*\|$/gm;

/**
 * @param page with a row for each kind: name, what breaks, last result
 * @param day as 2026-01-31
 * @throws if a kind that struck has no row
 */
export function recordRun(page: string, { minutes, seed, records, struck }: Run, day: string): string {
  const rows = new Set([...page.matchAll(row)].map(([, name]) => name));
  const absent = Object.keys(struck).filter((name) => !rows.has(name));
  if (absent.length > 0)
    throw new Error(`Expected a row in docs/faults.md for each kind, there is none for ${absent.join(', ')}.`);
  const about = `Last run on record: ${day}, ${minutes} minutes, seed ${seed}, ${records.toLocaleString('en')} records, none lost, none doubled, the proof balanced after each round.`;
  return page
    .replace(/^Last run on record: .*$/m, about)
    .replace(row, (whole, name: string, breaks: string) =>
      struck[name] === undefined ? whole : `| \`${name}\` | ${breaks} | ${day}, ${struck[name]} × |`,
    );
}
