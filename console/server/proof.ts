/** What the page asks about proofs; and a new one, which is made in the background, since it may take minutes. */
import { z } from 'zod';
import { depths, prove } from '#operations/proof.ts';
import { asPrinted, readProofs, readStanding, wholeProof } from '#operations/proofs.ts';
import type { AskedProof, Proofs, Proving } from '../api.ts';
import { Refusal } from './refusal.ts';
import { limit, type Route, route, wholeNumber } from './route.ts';

export function proofRoutes(): readonly Route[] {
  let proving: Proving = { underway: null, failed: null };
  return [
    route({
      ...{ method: 'GET', path: '/api/proofs', right: 'look', operation: readProofs },
      asks: { limit, before: wholeNumber.optional() },
      async answer(asked, { backbone }): Promise<Proofs> {
        const rows = await readProofs(backbone, asked);
        const oldest = rows.at(-1)?.id;
        return {
          rows,
          next: rows.length < asked.limit ? null : String(oldest),
          before: oldest === undefined ? [] : await readStanding(backbone, { before: oldest }),
        };
      },
    }),
    route({
      ...{ method: 'GET', path: '/api/proof/:id', right: 'look', operation: wholeProof },
      asks: { id: z.union([z.literal('latest').transform(() => null), wholeNumber]) },
      async answer({ id }, { backbone }): Promise<AskedProof> {
        const proof = await wholeProof(backbone, { id });
        if (proof) return { proof, printed: asPrinted(proof) ?? null };
        throw new Refusal(404, 'no_such_proof', id === null ? 'Nothing was proved yet.' : `There is no proof ${id}.`, {
          hint: 'Proofs are kept for 90 days.',
        });
      },
    }),
    route({
      ...{ method: 'GET', path: '/api/proving', right: 'look', operation: prove },
      asks: {},
      answer: () => proving,
    }),
    route({
      ...{ method: 'POST', path: '/api/prove', right: 'act', operation: prove, command: 'proof' },
      asks: { depth: z.enum(depths), all: z.boolean().default(false) },
      async answer({ depth, all }, { backbone, session }): Promise<Proving> {
        // A server that can't stream, such as a Lambda, stands still between two answers, and is one of several: it keeps nothing.
        if (session.live === false) {
          await prove(backbone, { depth, all });
          return { underway: null, failed: null };
        }
        if (proving.underway)
          throw new Refusal(409, 'proving', `A proof is on its way since ${proving.underway.since}.`, {
            hint: 'Wait until it has ended.',
          });
        proving = { underway: { depth, all, since: new Date().toISOString() }, failed: null };
        void prove(backbone, { depth, all }).then(
          () => {
            proving = { underway: null, failed: null };
          },
          (error: unknown) => {
            // Who asked has had an answer: this is told to whoever asks next.
            const { message } = error as Error;
            proving = { underway: null, failed: { at: new Date().toISOString(), message } };
          },
        );
        return proving;
      },
    }),
  ];
}
