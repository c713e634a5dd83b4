/** Where a stack is, as far as the command line and the page need to know. */
import type { PostgresConnection } from '#localstack/services/postgres.ts';
import type { StackStatus } from '#localstack/stack/status.ts';

/** Where the parts of a backbone are; of the database also who asks it. */
export type Addresses = Pick<StackStatus, 'kafka' | 's3' | 'lambda' | 'airflow'> &
  Partial<Pick<StackStatus, 'biReader' | 'elasticsearch' | 'emr' | 'own'>> & {
    readonly postgres: PostgresConnection;
    /** With which the database's owner connects, where that is not who asks it. */
    readonly ownerUrl?: string | undefined;
    /** Where the addresses hold, if not on the machine of who reads them. */
    readonly within?: string | undefined;
  };
