/** The functions and what each needs; nothing else is granted. */
import type { Configuration } from '#domain/configuration/keys.ts';
import { type Consumer, consumedBy, streams, topics } from '#domain/streams.ts';

/** Roles in PostgreSQL that functions and people log in as (sql/migrations/003_roles.sql); each has a secret. */
export const databaseRoles = [
  'archive_orders',
  'archive_user_events',
  'load_orders',
  'update_inventory',
  'relay_outbox',
  'redrive_dead_letters',
  'acknowledge_losses',
  'replay_inventory',
  'report_inventory',
  'store_transactions',
  'run_transformations',
  'index_hourly_metrics',
  'spark_curation',
  'check_quality',
  'prove',
  'bi_reader',
  'console',
] as const;
export type DatabaseRole = (typeof databaseRoles)[number];

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
const consumer = (name: Consumer) => ({
  kafkaTopics: consumedBy(name).map(({ topic }) => topic),
  readsRecords: true,
  calls: { RELAY_FUNCTION: 'relay-outbox' },
});

export const functions = {
  'archive-orders': {
    description: 'Kafka orders to immutable Parquet objects in the lake',
    memoryMegabytes: 1024,
    timeoutSeconds: 60,
    database: 'archive_orders',
    lake: { access: 'write', prefix: `${streams.orders.lake.prefix}/` },
    ...consumer('archive-orders'),
    calls: { RELAY_FUNCTION: 'relay-outbox', LOAD_FUNCTION: 'load-orders' },
  },
  'archive-user-events': {
    description: 'Kafka user_events to immutable JSON lines in the lake',
    memoryMegabytes: 1024,
    timeoutSeconds: 60,
    database: 'archive_user_events',
    lake: { access: 'write', prefix: `${streams.userEvents.lake.prefix}/` },
    ...consumer('archive-user-events'),
  },
  'load-orders': {
    description: 'Committed lake objects to warehouse.fact_orders',
    memoryMegabytes: 1024,
    timeoutSeconds: 900,
    database: 'load_orders',
    lake: { access: 'read', prefix: `${streams.orders.lake.prefix}/` },
    kafkaTopics: [streams.orders.topic],
    readsRecords: true,
    calls: { RELAY_FUNCTION: 'relay-outbox' },
  },
  'update-inventory': {
    description: 'Kafka online_orders, store_sales and supplier_restocks to exact stock',
    memoryMegabytes: 1024,
    timeoutSeconds: 60,
    database: 'update_inventory',
    ...consumer('update-inventory'),
  },
  'relay-outbox': {
    description: 'Publishes the outbox to Kafka, in order',
    memoryMegabytes: 512,
    timeoutSeconds: 60,
    database: 'relay_outbox',
    // A redriven dead letter goes back to the topic that it came from.
    produces: topics.map(({ topic }) => topic),
    everyMinutes: 1,
    scheduledEvent: (configuration) => ({ keep_sent_days: configuration['retention.announcements_days'] }),
  },
  'redrive-dead-letters': {
    description: 'Sends dead letters back to their topic, once, with an audit trail',
    memoryMegabytes: 512,
    timeoutSeconds: 60,
    database: 'redrive_dead_letters',
  },
  'acknowledge-losses': {
    description: 'Puts on record who accepts a loss and why, once',
    memoryMegabytes: 512,
    timeoutSeconds: 60,
    database: 'acknowledge_losses',
  },
  'replay-inventory': {
    description: 'Rebuilds the stock from the log of events',
    memoryMegabytes: 512,
    // It reads the whole log; update-inventory waits for it, and its batches are delivered again.
    timeoutSeconds: 900,
    database: 'replay_inventory',
  },
  'report-inventory': {
    description: 'Daily sales, top sellers and low stock, as rows and as CSV and JSON',
    memoryMegabytes: 512,
    timeoutSeconds: 300,
    database: 'report_inventory',
    lake: { access: 'write', prefix: 'reports/' },
  },
  'store-transactions': {
    description: 'Kafka transactions to payments.transactions, each once',
    memoryMegabytes: 1024,
    timeoutSeconds: 60,
    database: 'store_transactions',
    ...consumer('store-transactions'),
  },
  'run-transformations': {
    description: 'payments.transactions to transactions_clean, hour by hour; views, late-event alert',
    memoryMegabytes: 512,
    timeoutSeconds: 900,
    database: 'run_transformations',
    alerts: true,
    knowsLateness: true,
    sql: ['sql/transforms'],
  },
  'index-hourly-metrics': {
    description: 'The view hourly_metrics to Elasticsearch',
    memoryMegabytes: 512,
    timeoutSeconds: 300,
    database: 'index_hourly_metrics',
    search: true,
  },
  'check-quality': {
    description: 'Data quality: each file of sql/quality returns the rows that are wrong',
    memoryMegabytes: 512,
    timeoutSeconds: 900,
    database: 'check_quality',
    sql: ['sql/quality'],
  },
  prove: {
    description: 'Balances the books: Kafka, lake, warehouse, stock',
    memoryMegabytes: 1024,
    timeoutSeconds: 900,
    database: 'prove',
    lake: { access: 'read', prefix: '' },
    kafkaTopics: topics.map(({ topic }) => topic),
    readsRecords: true,
    search: true,
    knowsSchedule: true,
    sql: ['sql/proof'],
  },
  console: {
    description: 'Answers what the command and the page of an engineer ask, and changes nothing',
    entry: 'console/asked/handler.ts',
    memoryMegabytes: 1024,
    timeoutSeconds: 60,
    database: 'console',
    lake: { access: 'read', prefix: '' },
    kafkaTopics: topics.map(({ topic }) => topic),
    readsRecords: true,
    knowsSchedule: true,
    knowsLateness: true,
    sql: ['sql/analytics', 'sql/proof'],
  },
  'migrate-database': {
    description: "Brings the schemas and the roles' passwords up to date",
    memoryMegabytes: 512,
    timeoutSeconds: 300,
    database: 'admin',
    passwords: 'set',
    sql: ['sql/migrations', 'sql/views'],
  },
  'rotate-passwords': {
    description: 'A new password for a role, in Secrets Manager and in PostgreSQL',
    memoryMegabytes: 256,
    timeoutSeconds: 60,
    database: 'admin',
    passwords: 'rotate',
  },
} as const satisfies Record<string, FunctionNeeds>;

export type FunctionName = keyof typeof functions;

/** The file of the repository that exports the function's `handler`. */
export const entryOf = (name: string, { entry }: Pick<FunctionNeeds, 'entry'>): string =>
  entry ?? `functions/${name}/handler.ts`;

/** What people call: those who may look, and those who may also act. Operations call no other function for them. */
export const calledByPeople = {
  look: ['console'],
  act: [
    'redrive-dead-letters',
    'relay-outbox',
    'acknowledge-losses',
    'replay-inventory',
    'report-inventory',
    // It notes what is proved.
    'prove',
  ],
} as const satisfies Record<string, readonly FunctionName[]>;
