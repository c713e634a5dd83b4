/** The function behind the load balancer of the page for a team. It is no part of functions.ts: most environments have none. */
import { topics } from '#domain/streams.ts';
import type { FunctionNeeds } from './functions.ts';

export const SERVE_CONSOLE = 'serve-console';

export const serveConsole = {
  description: 'The page for a team, behind its load balancer: reads, and changes nothing itself',
  entry: 'console/team/handler.ts',
  memoryMegabytes: 1024,
  timeoutSeconds: 60,
  database: 'console',
  lake: { access: 'read', prefix: '' },
  kafkaTopics: topics.map(({ topic }) => topic),
  readsRecords: true,
  knowsSchedule: true,
  knowsLateness: true,
  sql: ['sql/analytics', 'sql/proof'],
} as const satisfies FunctionNeeds;

/** What the page calls to change something; granted only if there is a group that may act. */
export const actingFunctions = [
  'redrive-dead-letters',
  'relay-outbox',
  'acknowledge-losses',
  'prove',
  'replay-inventory',
  'report-inventory',
] as const;
