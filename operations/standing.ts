/**
 * What is off stands until a proof that looks at least as far says otherwise. The next proof of npm start reads neither what is closed nor
 * the records in Kafka, so it can't take back what a deeper one has found there. Pure: the page reckons so too.
 */
import { type Depth, reaches } from '#functions/prove/depth.ts';

/** How far a proof has looked. */
export interface Reach {
  readonly depth: Depth;
  /** Whether it read everything, what earlier ones had closed included. */
  readonly all: boolean;
  /** Whether Airflow's DAGs were asked too. */
  readonly dags: boolean;
}

/**
 * Whether `later` has looked wherever `earlier` did. A proof that had a fault in what it read has closed nothing, so one that reads what came
 * since the last closing reads that again. What `--settled` and `--curated` demand besides says that something waits, not that it is wrong:
 * it stands only until the next proof of that depth.
 */
export const covers = (later: Reach, earlier: Reach): boolean =>
  reaches(later.depth, earlier.depth) && (later.all || !earlier.all) && (later.dags || !earlier.dags);

/**
 * The proofs whose fault still stands after these, oldest first.
 *
 * @param before those that stood before them
 * @param proofs oldest first
 */
export const standingAfter = <Proof extends Reach & { readonly balanced: boolean }>(
  before: readonly Proof[],
  proofs: readonly Proof[],
): readonly Proof[] =>
  proofs.reduce<readonly Proof[]>(
    (standing, proof) => [...standing.filter((each) => !covers(proof, each)), ...(proof.balanced ? [] : [proof])],
    before,
  );
