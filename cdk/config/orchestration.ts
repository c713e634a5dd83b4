/** Airflow on MWAA, and Spark on EMR Serverless. */

export interface Orchestration {
  readonly airflow: Airflow;
  readonly spark: Spark;
}

export interface Airflow {
  /** mw1.micro runs one scheduler and worker in one container; the others run two schedulers and scale their workers. */
  readonly size: 'mw1.micro' | 'mw1.small' | 'mw1.medium' | 'mw1.large';
  readonly mostWorkers: number;
  /**
   * Whether the web page is reachable from the internet or only inside the VPC. IAM decides who may sign in either way;
   * `private` needs a VPN, and wheels of all that airflow/requirements.txt adds to MWAA's image.
   */
  readonly webServer: 'public' | 'private';
  readonly logRetentionDays: number;
}

export interface Spark {
  /** The capacity of all jobs together at any time, which bounds what a mistake costs. */
  readonly most: { readonly vcpus: number; readonly gigabytes: number };
  readonly idleMinutes: number;
  readonly logRetentionDays: number;
}

/** The newest version of MWAA; airflow/requirements.in has the same for one machine. */
export const AIRFLOW_VERSION = '3.0.6';

/** Spark 3.5, as in spark/requirements.in. */
export const EMR_RELEASE = 'emr-7.12.0';
