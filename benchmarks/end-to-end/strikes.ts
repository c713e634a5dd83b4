/** When a contender is killed: drawn from a seed, so that all are killed at the same progress. */
import { seededRandom } from '../orders.ts';

export interface Strike {
  /** It is killed when so many rows are in its warehouse … */
  readonly rows: number;
  /** … and this part of the time has passed that it takes from one commit there to the next: so any step can be hit. */
  readonly phase: number;
}

/** The first and the last moment, as parts of the orders: later it may be done before it is hit. */
const [EARLIEST, LATEST] = [0.05, 0.5];

/** In the order in which they come: one in each of equal parts of the way. */
export function drawStrikes(seed: number, count: number, orders: number): Strike[] {
  const random = seededRandom(seed);
  const part = (LATEST - EARLIEST) / count;
  return Array.from({ length: count }, (_, n) => ({
    rows: Math.ceil(orders * (EARLIEST + part * (n + random()))),
    phase: random(),
  }));
}
