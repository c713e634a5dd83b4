import { createInterface } from 'node:readline';
import type { Measured } from './contest.ts';

/**
 * Runs a round for each line that the contest writes, in one process: from the second on it is as warm as a function's environment
 * is after its first batches. To be used by contenders with `staysWarm`.
 */
export async function eachRound(round: () => Promise<Measured>): Promise<void> {
  for await (const _ of createInterface({ input: process.stdin })) console.log(JSON.stringify(await round()));
}
