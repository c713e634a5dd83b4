/** The request: `{"depth": "objects", "settled": false, …}`, each field optional. The answer is the proof (proof.ts). */
import * as z from 'zod';
import { givenText } from '#domain/given-text.ts';
import { requestReader } from '#lambda/request.ts';
import { depths } from './depth.ts';

export { depths, isDepth, reaches } from './depth.ts';

const side = z.union([z.number(), givenText(500)]);

export const request = z.object({
  depth: z
    .enum(depths)
    .default('objects')
    .describe(
      "`books`: ledger, warehouse, stock, outbox and Kafka's offsets. `objects`: also every object's checksum. `rows`: every row too. `kafka`: every record that Kafka still holds too.",
    ),
  all: z
    .boolean()
    .optional()
    .describe('Read everything again, also at depths `books` and `objects` what an earlier proof has closed.'),
  settled: z
    .boolean()
    .default(false)
    .describe(
      'Also demand that nothing is waiting: no lag, no object that is not yet loaded, no message in the outbox.',
    ),
  curated: z
    .boolean()
    .optional()
    .describe("Also demand that Spark's jobs have seen everything: curated = warehouse and history, gold = bronze."),
  coherent: z
    .boolean()
    .optional()
    .describe("Also demand that each order has its purchase among the user events, as the simulator's orders do."),
  beside: z
    .array(
      z.object({
        name: givenText(200),
        expected: side,
        actual: side,
        where: z.array(givenText(500)).max(51),
      }),
    )
    .max(20)
    .optional()
    .describe(
      "What the caller has checked where this function can't look, such as Airflow's DAGs: it counts for the verdict and is noted with the rest, but keeps nothing from being closed.",
    ),
});

export type ProofOptions = z.infer<typeof request>;

const read = requestReader(
  request,
  `{"depth": "${depths.join('" | "')}", "all": false, "settled": false, "curated": false, "coherent": false}, and in "beside" checks of the caller`,
);

/** @throws with what was expected and what came */
export const readRequest = (payload: unknown) => read(payload ?? {});
