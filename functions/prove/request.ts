/** The request: `{"depth": "objects", "settled": false, …}`, each field optional. The answer is the proof (proof.ts). */
import * as z from 'zod';
import { requestReader } from '#lambda/request.ts';

export const depths = ['books', 'objects', 'rows', 'kafka'] as const;

/** Whether a proof of depth `depth` goes as deep as `least`. */
export const reaches = (depth: ProofOptions['depth'], least: ProofOptions['depth']): boolean =>
  depths.indexOf(depth) >= depths.indexOf(least);

export const isDepth = (text: string): text is ProofOptions['depth'] => depths.some((depth) => depth === text);

const request = z.object({
  /** `books`: ledger, warehouse, stock, outbox and Kafka's offsets. `objects`: also every object's checksum. `rows`: every row too. `kafka`: every record that Kafka still holds too. */
  depth: z.enum(depths).default('objects'),
  /** Read everything again, also at depths `books` and `objects` what an earlier proof has closed. */
  all: z.boolean().optional(),
  /** Also demand that nothing is waiting: no lag, no object that is not yet loaded, no message in the outbox. */
  settled: z.boolean().default(false),
  /** Also demand that Spark's jobs have seen everything: curated = warehouse and history, gold = bronze. */
  curated: z.boolean().optional(),
  /** Also demand that each order has its purchase among the user events, as the simulator's orders do. */
  coherent: z.boolean().optional(),
});

export type ProofOptions = z.infer<typeof request>;

const read = requestReader(
  request,
  `{"depth": "${depths.join('" | "')}", "all": false, "settled": false, "curated": false, "coherent": false}`,
);

/** @throws with what was expected and what came */
export const readRequest = (payload: unknown) => read(payload ?? {});
