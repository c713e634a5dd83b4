/** The roles in PostgreSQL. */
import { type DescribedConsumer, describedStreams, roleOf } from '#domain/streams.ts';

type Underscored<Name extends string> = Name extends `${infer First}-${infer Rest}`
  ? `${First}_${Underscored<Rest>}`
  : Name;

type DescribedRole = Underscored<DescribedConsumer>;

const ownRoles = [
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
  'update_shop',
  'run_transformations',
  'index_hourly_metrics',
  'spark_curation',
  'check_quality',
  'prove',
  'bi_reader',
  'console',
] as const;
export type DatabaseRole = (typeof ownRoles)[number] | DescribedRole;

/** Those that functions and people log in as (sql/migrations/003_roles.sql); each has a secret. */
export const databaseRoles: readonly DatabaseRole[] = [
  ...ownRoles,
  ...(describedStreams.map(roleOf) as DescribedRole[]),
];
