/** The proofs that were made: what `prove` noted of each in ledger.proofs. */

export interface ProofNote {
  /** When it began, ISO 8601, UTC. */
  readonly provedAt: string;
  readonly seconds: number;
  readonly depth: 'books' | 'objects' | 'rows' | 'kafka';
  /** Whether it read everything, what earlier ones had closed included. */
  readonly all: boolean;
  readonly balanced: boolean;
  readonly checks: number;
  /** The checks that are off, with the first places. */
  readonly off: readonly {
    readonly name: string;
    readonly expected: number | string;
    readonly actual: number | string;
    readonly where: readonly string[];
  }[];
}
