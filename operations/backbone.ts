/** A backbone that runs, as people work with it. The command line and the page each make one. */
import type { AirflowClient } from '#adapters/airflow.ts';
import type { KafkaConnection } from '#adapters/kafka/index.ts';
import type { Lake } from '#adapters/lake/index.ts';
import type { Pool } from '#adapters/postgres/index.ts';
import type { Access } from './connect/access.ts';

/** Each part connects when it is first asked, so what needs no Kafka works without. Operations name the parts that they need. */
export interface Backbone {
  /** To read with: whatever changes something is a call of a function. */
  readonly pool: Pool;
  /**
   * The same connection at each call.
   *
   * @throws if Kafka doesn't answer; the next call tries again
   */
  kafka(): Promise<KafkaConnection>;
  readonly lake: Lake;
  /**
   * Calls a deployed function, as Airflow does.
   *
   * @param name its folder in functions/
   * @param payload a Uint8Array holds JSON already
   * @throws if it can't be reached, or with its own message if it failed
   */
  invoke<Result>(name: string, payload: object | Uint8Array): Promise<Result>;
  /**
   * Asks the operation of this name where the backbone is. Absent wherever its parts can be reached; else operations that are askable
   * (asking/askable.ts) are all that reads.
   */
  ask?(operation: string, args: readonly unknown[]): Promise<unknown>;
  /** Absent if there is none, such as in a stack that was started without. */
  readonly airflow?: AirflowClient | undefined;
  /** From how many late payments on people are alerted; if absent, as the function's variables say. */
  readonly lateAlert?: { readonly ratio: number; readonly count: number };
  /** For other programs: absent where nobody but the backbone itself can reach its parts, as in AWS. */
  readonly access?: Access | undefined;
}
