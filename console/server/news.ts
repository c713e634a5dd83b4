/** What the live events tell: each pulse, and each proof once the pulse has seen that it was noted. */
import type { Backbone } from '#operations/backbone.ts';
import type { PulseFeed } from '#operations/open-pulse.ts';
import { readProofs } from '#operations/proofs.ts';
import type { Watch } from './live.ts';

/** More were noted only while nobody looked; who looks asks for those by itself. */
const PROOFS_AT_ONCE = 20;

export const newsOf =
  ({ pulse: feed, backbone }: { readonly pulse: PulseFeed; readonly backbone: Pick<Backbone, 'pool'> }): Watch =>
  (news) => {
    let told: number | undefined;
    return feed.subscribe(({ pulse, newestProof }) => {
      news('pulse', pulse);
      if (newestProof === null || newestProof === told) return;
      const asked = told === undefined ? { limit: 1 } : { limit: PROOFS_AT_ONCE, after: told };
      const before = told;
      told = newestProof;
      readProofs(backbone, asked).then(
        (proofs) => {
          for (const proof of proofs.toReversed()) if (proof.id <= newestProof) news('proof', proof);
        },
        () => {
          // The next look tries again.
          if (told === newestProof) told = before;
        },
      );
    });
  };
