/** What the server last said of the backbone, for all pages. */
import type { Session } from '#console/api.ts';
import type { ProofNote } from '#operations/proofs.ts';
import type { Pulse } from '#operations/pulse.ts';
import type { Connection } from '../view/connection.ts';
import { type LastKnown, nothingKnown } from '../view/last-known.ts';
import { storeOf } from './store.ts';

export interface Live {
  readonly connection: Connection;
  readonly session: Session | null;
  readonly pulse: Pulse | null;
  /** What the pulses said before a source stopped to answer. */
  readonly known: LastKnown;
  /** The latest, oldest first by their ends; null while not asked. */
  readonly proofs: readonly ProofNote[] | null;
  /** The proofs whose fault stood before the oldest of these. */
  readonly proofsBefore: readonly ProofNote[];
  /** Milliseconds that the server's clock is ahead of this machine's. */
  readonly ahead: number;
  /** A person stopped the figures, to read them: when, by the server's clock. */
  readonly pausedAt: number | null;
}

export const live = storeOf<Live>({
  connection: { is: 'asking' },
  session: null,
  pulse: null,
  known: nothingKnown,
  proofs: null,
  proofsBefore: [],
  ahead: 0,
  pausedAt: null,
});

/** Now by the server's clock, in milliseconds since 1970. */
export const serverNow = (): number => Date.now() + live.get().ahead;
