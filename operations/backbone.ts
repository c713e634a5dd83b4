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
  /** Absent if there is none, such as in a stack that was started without. */
  readonly airflow?: AirflowClient | undefined;
  /** For other programs: absent where nobody but the backbone itself can reach its parts, as in AWS. */
  readonly access?: Access | undefined;
}
