/** The functions and what each needs; nothing else is granted. */
import { streams, topics } from '#domain/streams.ts';
import { describedFunctions } from './described-functions.ts';
import { consumerNeeds, type FunctionNeeds } from './function-needs.ts';

export { type DatabaseRole, databaseRoles } from './database-roles.ts';
export { asksKafka, entryOf, type FunctionNeeds } from './function-needs.ts';

export const functions = {
  'archive-orders': {
    description: 'Kafka orders to immutable Parquet objects in the lake',
    memoryMegabytes: 1024,
    timeoutSeconds: 60,
    database: 'archive_orders',
    lake: { access: 'write', prefix: `${streams.orders.lake.prefix}/` },
    ...consumerNeeds('archive-orders'),
    calls: { RELAY_FUNCTION: 'relay-outbox', LOAD_FUNCTION: 'load-orders' },
  },
  'archive-user-events': {
    description: 'Kafka user_events to immutable JSON lines in the lake',
    memoryMegabytes: 1024,
    timeoutSeconds: 60,
    database: 'archive_user_events',
    lake: { access: 'write', prefix: `${streams.userEvents.lake.prefix}/` },
    ...consumerNeeds('archive-user-events'),
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
    description: 'Kafka online_orders, store_sales, supplier_restocks and stock_counts to exact stock',
    memoryMegabytes: 1024,
    timeoutSeconds: 60,
    database: 'update_inventory',
    ...consumerNeeds('update-inventory'),
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
    ...consumerNeeds('store-transactions'),
  },
  'update-shop': {
    description: 'Kafka products and customers to the tables of the shop',
    memoryMegabytes: 1024,
    timeoutSeconds: 60,
    database: 'update_shop',
    ...consumerNeeds('update-shop'),
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
    setsLateness: true,
    sql: ['sql/migrations', 'sql/views'],
  },
  'rotate-passwords': {
    description: 'A new password for a role, in Secrets Manager and in PostgreSQL',
    memoryMegabytes: 256,
    timeoutSeconds: 60,
    database: 'admin',
    passwords: 'rotate',
  },
  ...describedFunctions,
} as const satisfies Record<string, FunctionNeeds>;

export type FunctionName = keyof typeof functions;

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
  // By the command alone, so the page may not call it: npx tillstream backfill.
  actByCommand: ['load-orders'],
} as const satisfies Record<string, readonly FunctionName[]>;
