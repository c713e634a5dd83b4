import type { Configuration } from '#domain/configuration/keys.ts';
import { consumedBy } from '#domain/streams.ts';
import type { DatabaseRole } from './database-roles.ts';

export interface FunctionNeeds {
  readonly description: string;
  /**
   * The file that exports `handler`, in a folder of its own, since CDK takes two functions of one folder for the same. If absent,
   * handler.ts of its folder in functions/: but what answers by operations can't lie there, since operations import functions.
   */
  readonly entry?: string;
  readonly memoryMegabytes: number;
  readonly timeoutSeconds: number;
  /** The role that it logs in as; `admin` owns the schemas. */
  readonly database: DatabaseRole | 'admin';
  /** Sets the roles' passwords in PostgreSQL to those in their secrets (ROLE_SECRETS), or makes new ones in both. */
  readonly passwords?: 'set' | 'rotate';
  /** Objects under `prefix`. Writers read too, since they verify what is already there. */
  readonly lake?: { readonly access: 'read' | 'write'; readonly prefix: string };
  /** Of a described stream, whose handler is that of others too: STREAM_TOPIC. */
  readonly streamTopic?: string;
  /** Topics that it asks the brokers about; an event source mapping (domain/streams.ts) delivers without it. */
  readonly kafkaTopics?: readonly string[];
  /** It also reads single records of these topics: what the event source skipped, a conflicting order, what is left at an end. */
  readonly readsRecords?: boolean;
  /** Topics that it writes to. */
  readonly produces?: readonly string[];
  /** Functions that it calls: environment variable that holds the name → function. */
  readonly calls?: Readonly<Record<string, string>>;
  /** Publishes alerts to people: ALERT_TOPIC. */
  readonly alerts?: boolean;
  /** From how many late payments on people are alerted: LATE_RATIO_THRESHOLD, LATE_COUNT_THRESHOLD. */
  readonly knowsLateness?: boolean;
  /** From when on a payment is late: LATE_AFTER_SECONDS. */
  readonly setsLateness?: boolean;
  /** Reads and writes Elasticsearch: ELASTICSEARCH_URL, or in the cloud ELASTICSEARCH_SECRET_ID. */
  readonly search?: boolean;
  /** How often the DAGs run: DAG_INTERVALS. */
  readonly knowsSchedule?: boolean;
  /** Minutes between two runs, if it runs by itself. */
  readonly everyMinutes?: number;
  /** The event of such a run. */
  readonly scheduledEvent?: (configuration: Configuration) => Readonly<Record<string, number>>;
  /** Folders whose .sql files lie beside the handler in the bundle, at the same path. */
  readonly sql?: readonly string[];
}

/** Whether it ever connects to the brokers itself, so that it has the Kafka client. */
export const asksKafka = ({ kafkaTopics, produces }: FunctionNeeds): boolean => Boolean(kafkaTopics ?? produces);

/** What each function that consumes streams needs: its topics, by the catalogue, and the relay for its dead letters. */
export const consumerNeeds = (name: string) => ({
  kafkaTopics: consumedBy(name).map(({ topic }) => topic),
  readsRecords: true,
  calls: { RELAY_FUNCTION: 'relay-outbox' },
});

/** The file of the repository that exports the function's `handler`. */
export const entryOf = (name: string, { entry }: Pick<FunctionNeeds, 'entry'>): string =>
  entry ?? `functions/${name}/handler.ts`;
