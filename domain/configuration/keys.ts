/**
 * Every key of the configuration, once: `npx tillstream config`, docs/configuration.md, the schema of tillstream.config.json and what
 * `npm start`, docker compose and CDK do all follow from here.
 */
import { catalogue, type Stream, type streams } from '../streams.ts';
import { addresses, oneOf, schedule, share, type ValueType, wholeNumber } from './value-types.ts';

export const environmentNames = ['local', 'dev', 'prod'] as const;
export type EnvironmentName = (typeof environmentNames)[number];

export interface Key<Value = unknown> {
  readonly type: ValueType<Value>;
  /** Of every environment, or of each. */
  readonly standard: Value | { readonly [Name in EnvironmentName]: Value };
  /** One sentence. */
  readonly changes: string;
  /** From when on, and for what. */
  readonly takesEffect: string;
  /** Where it changes nothing, and why. */
  readonly notIn?: string;
  /** An environment variable that it had before, which still counts. */
  readonly formerly?: string;
}

const DEPLOYED = 'With the next deployment.';
const CLOUD_ONLY = '`local`: one machine has none.';

const key = <Value>(declared: Key<Value>): Key<Value> => declared;

/** Seconds. On one machine somebody watches what becomes of a record, and requests cost nothing. */
const LONGEST_LOCAL_WINDOW = 5;

function windowKey({ topic, batching }: Stream): Key<number> {
  const seconds = batching.maximumBatchingWindowInSeconds;
  return {
    type: wholeNumber('seconds', { min: 0, max: 300 }),
    standard: { local: Math.min(seconds, LONGEST_LOCAL_WINDOW), dev: seconds, prod: seconds },
    changes: `How long a batch of topic \`${topic}\` waits to fill: longer is cheaper, shorter is sooner (docs/cost.md).`,
    takesEffect: `${DEPLOYED} A batch that is being filled keeps its window.`,
  };
}

type Topic = (typeof streams)[keyof typeof streams]['topic'];
const windows = Object.fromEntries(catalogue.map((stream) => [`windows.${stream.topic}`, windowKey(stream)])) as Record<
  `windows.${Topic}`,
  Key<number>
>;

const scheduleKey = (standard: string, changes: string, formerly?: string): Key<string> => ({
  type: schedule,
  standard,
  changes: `When the DAG runs that ${changes}.`,
  takesEffect: `${DEPLOYED} The proof and the alarms wait as long for it as the schedule says.`,
  ...(formerly && { formerly }),
});

export const keys = {
  'late.after_seconds': key({
    type: wholeNumber('seconds', { min: 1, max: 604_800 }),
    standard: 120,
    changes:
      'From when on a payment is late: more seconds than these after it was made. Earlier payments are judged by it too.',
    takesEffect: `${DEPLOYED} The next run of process_kafka_to_postgres transforms and indexes anew the hours in which it makes a difference, the newest first, as many as fit in its 15 minutes; further runs do the rest. Until then these hours say what they said, and the proof leaves them out.`,
  }),
  'late.alert_ratio': key({
    type: share,
    standard: 0.1,
    changes: 'A larger share of an hour’s payments that came late alerts people, from five late ones on.',
    takesEffect: `${DEPLOYED} The next run of process_kafka_to_postgres judges by it.`,
  }),
  'late.alert_count': key({
    type: wholeNumber('payments', { min: 0, max: 1_000_000_000 }),
    standard: 1_000,
    changes: 'More payments than these that came late in a day alert people.',
    takesEffect: `${DEPLOYED} The next run of process_kafka_to_postgres judges by it.`,
  }),
  'schedules.orders_minio_to_postgres': scheduleKey(
    '*/5 * * * *',
    'loads orders of which the call at their arrival was lost',
  ),
  'schedules.process_kafka_to_postgres': scheduleKey(
    '@hourly',
    'transforms the payments’ hours, refreshes their views and index, and alerts people about late ones',
    'TILLSTREAM_PROCESS_SCHEDULE',
  ),
  'schedules.daily_inventory_report': scheduleKey(
    '@daily',
    'makes the reports of the last two days that have ended, in UTC',
  ),
  'schedules.aggregate_user_events': scheduleKey('@daily', 'counts user events into gold'),
  'schedules.curate_orders': scheduleKey('@daily', 'curates orders, customers and products'),
  'schedules.stream_orders': scheduleKey('@hourly', 'curates new orders of Kafka and announces them'),
  'schedules.prove_pipeline': scheduleKey('@hourly', 'proves what came since the last proof'),
  'schedules.prove_everything': scheduleKey('30 3 * * *', 'proves everything anew'),
  ...windows,
  'retention.announcements_days': key({
    type: wholeNumber('days', { min: 1, max: 365 }),
    standard: 7,
    changes:
      'How long the outbox keeps announcements of stock and orders that Kafka has: so long they can be published again, and the proof compares them one by one.',
    takesEffect: `${DEPLOYED} Rows that are older then are removed within a minute.`,
  }),
  'retention.logs_days': key({
    type: oneOf(
      'days',
      [1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653],
    ),
    standard: { local: 1, dev: 30, prod: 90 },
    changes: 'How long CloudWatch keeps the logs of functions, Airflow and Spark, and S3 the access log of the lake.',
    takesEffect: `${DEPLOYED} Older entries are then removed, and can’t be had back.`,
    notIn: '`local`: logs are files of the run.',
  }),
  'retention.kafka_hours': key({
    type: wholeNumber('hours', { min: 24, max: 8_760 }),
    standard: 168,
    changes:
      'How long MSK keeps records. What no function has read by then is lost, and the proof compares with Kafka so far back.',
    takesEffect: `${DEPLOYED} The brokers take it one after the other; a shorter time removes older records at once.`,
    notIn: '`local`: `npm start` keeps all records as long as it runs, compose for Kafka’s own 168 hours.',
  }),
  'retention.backups_days': key({
    type: wholeNumber('days', { min: 1, max: 35 }),
    standard: { local: 1, dev: 1, prod: 14 },
    changes: 'How far back RDS can restore the database to any second.',
    takesEffect: DEPLOYED,
    notIn: CLOUD_ONLY,
  }),
  'alerts.emails': key({
    type: addresses,
    standard: [],
    changes: 'Who gets alarms by e-mail.',
    takesEffect: `${DEPLOYED} Each address must confirm once.`,
    notIn: CLOUD_ONLY,
  }),
  'alerts.budget_dollars': key({
    type: wholeNumber('US dollars a month', { min: 1, max: 1_000_000 }),
    standard: { local: 1, dev: 500, prod: 3_000 },
    changes: 'The month’s cost of which 80 % are an alarm.',
    takesEffect: DEPLOYED,
    notIn: CLOUD_ONLY,
  }),
  'alerts.waiting_records': key({
    type: wholeNumber('records', { min: 1, max: 1_000_000_000 }),
    standard: 250_000,
    changes: 'So many records that wait in Kafka for a function are an alarm.',
    takesEffect: DEPLOYED,
    notIn: CLOUD_ONLY,
  }),
  'alerts.rejected_percent': key({
    type: wholeNumber('percent', { min: 1, max: 100 }),
    standard: 5,
    changes: 'Such a part of a function’s records that become dead letters in 15 minutes is an alarm, from ten on.',
    takesEffect: DEPLOYED,
    notIn: CLOUD_ONLY,
  }),
} as const;

export type KeyName = keyof typeof keys;
export type Configuration = {
  readonly [Name in KeyName]: (typeof keys)[Name] extends Key<infer Value> ? Value : never;
};

/** How long a batch of the stream waits to fill, in seconds. */
export const windowOf = (configuration: Configuration, { topic }: Pick<Stream, 'topic'>): number =>
  configuration[`windows.${topic}` as `windows.${Topic}`];

/** In the order of the declarations. */
export const keyNames = Object.keys(keys) as KeyName[];
export const keyNamed = (name: KeyName): Key => keys[name] as Key;

/** What it is in an environment that sets nothing. */
export function standardOf(name: KeyName, environment: EnvironmentName): unknown {
  const { standard } = keyNamed(name);
  const byEnvironment = typeof standard === 'object' && standard !== null && 'prod' in standard;
  return byEnvironment ? (standard as Record<EnvironmentName, unknown>)[environment] : standard;
}

/** The environment variable that sets a key, such as TILLSTREAM_RETENTION_KAFKA_HOURS. */
export const variableOf = (name: KeyName): string => `TILLSTREAM_${name.toUpperCase().replaceAll(/\W/g, '_')}`;

/** What Airflow's programs must find in their environment: airflow/dags/tillstream/schedules.py reads it. */
export const scheduleVariables = (configuration: Configuration): Record<string, string> =>
  Object.fromEntries(
    keyNames
      .filter((name) => name.startsWith('schedules.'))
      .map((name) => [variableOf(name), `${configuration[name]}`]),
  );
