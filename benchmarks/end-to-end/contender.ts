/** What the contest must know of a contender. */
import type { Services } from './services.ts';

export interface Contender {
  readonly name: string;
  /** What a reader must know to compare its figures. */
  readonly remark: string;
  /** Its own, with the same orders as the others'. */
  readonly topic: string;
  /** Its table in the warehouse: it has order_id and amount. */
  readonly table: string;
  /** Makes the table, if migrations don't. */
  prepare(services: Services): Promise<void>;
  /** Starts it, the first time and after it was killed. */
  start(services: Services): Promise<Run>;
  /** The objects of the lake that its readers read. */
  objects(services: Services): Promise<readonly string[]>;
}

export interface Run {
  /** Rejects if it fails by itself. */
  readonly failed: Promise<never>;
  /** Whether it has dealt with all that is in the topic. */
  isDone(): Promise<boolean>;
  /** CPU seconds of its own processes so far; `inLocalStack` are part of LocalStack's too. */
  cpu(): { readonly own: number; readonly inLocalStack: number };
  /** All its processes with SIGKILL, as if the machine that they run on had crashed. */
  kill(): Promise<void>;
  stop(): Promise<void>;
}
