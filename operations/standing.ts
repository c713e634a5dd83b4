/**
 * What is off stands until a proof that looks at least as far says otherwise. The next proof of npm start reads neither what is closed nor
 * the records in Kafka, so it can't take back what a deeper one has found there. Pure: the page reckons so too.
 */
import { type Depth, reaches } from '#functions/prove/depth.ts';
import { isOfAirflow, isPassing } from '#functions/prove/passing.ts';

/** How far a proof has looked. */
export interface Reach {
  readonly depth: Depth;
  /** Whether it read everything, what earlier ones had closed included. */
  readonly all: boolean;
  /** Whether Airflow's DAGs were asked too. */
  readonly dags: boolean;
}

/** What is to be known of a proof. */
export interface Found extends Reach {
  /** When it began, ISO 8601, UTC. */
  readonly provedAt: string;
  readonly balanced: boolean;
  /** The checks that are off. */
  readonly off: readonly { readonly name: string }[];
}

/**
 * Whether `later` has looked wherever `earlier` did. A proof that had a fault in what it read has closed nothing, so one that reads what came
 * since the last closing reads that again.
 */
export const covers = (later: Reach, earlier: Reach): boolean =>
  reaches(later.depth, earlier.depth) && (later.all || !earlier.all) && (later.dags || !earlier.dags);

/** What sees a fault again. One of now doesn't keep a proof from closing, so the next one may look less far, and sees it all the same. */
function needed({ depth, all }: Reach, name: string): Reach {
  const dags = isOfAirflow(name);
  return isPassing(name) ? { depth: 'books', all: false, dags } : { depth, all, dags };
}

/** Of a proof, what a later one doesn't take back; undefined if nothing. Who began first knows nothing of what has happened since. */
function leftAfter<Proof extends Found>(proof: Proof, later: Found): Proof | undefined {
  if (later.provedAt < proof.provedAt) return proof;
  // Nobody has said what is off.
  if (proof.off.length === 0) return covers(later, proof) ? undefined : proof;
  const off = proof.off.filter(({ name }) => !covers(later, needed(proof, name)));
  if (off.length === proof.off.length) return proof;
  return off.length === 0 ? undefined : { ...proof, off };
}

/**
 * The proofs whose fault still stands after these, oldest first, each with those checks that do.
 *
 * @param before those that stood before them
 * @param proofs in the order in which they ended
 */
export const standingAfter = <Proof extends Found>(
  before: readonly Proof[],
  proofs: readonly Proof[],
): readonly Proof[] =>
  proofs.reduce<readonly Proof[]>(
    (standing, proof) => [
      ...standing.flatMap((each) => leftAfter(each, proof) ?? []),
      ...(proof.balanced ? [] : [proof]),
    ],
    before,
  );
