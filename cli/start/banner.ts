import { postgresUrl } from '#adapters/postgres/url.ts';
import { consoleLink } from '#console/server/link.ts';
import type { OwnName } from '#localstack/own/given.ts';
import type { StackStatus } from '#localstack/stack/status.ts';
import { holdersOfRecords } from './options.ts';

/** What runs where, and what to try next. */
export function banner(stack: StackStatus): string {
  const { console: page, kafka, biReader, s3, elasticsearch, emr, airflow, runFolder, kept } = stack;
  const yours = yoursAmong(stack);
  return [
    '',
    '  Tillstream is running.',
    '',
    ...(page ? [`  Console        ${consoleLink(page)}`, ''] : []),
    `  Kafka          ${kafka.bootstrapServers}${yours('kafka')}`,
    `  PostgreSQL     ${databaseOf(stack)}${yours('postgres')}`,
    ...(biReader ? [`    for analysts ${biReader.url}`] : []),
    `  S3             ${s3.endpoint}  bucket ${s3.bucket}${yours('s3') || `  key ${s3.accessKeyId} / ${s3.secretAccessKey}`}`,
    `  Elasticsearch  ${elasticsearch.url}${yours('elasticsearch')}`,
    `  Spark          ${emr.endpoint}  as EMR Serverless, application ${emr.applicationId}`,
    ...(airflow ? [`  Airflow        ${airflow.url}  login ${airflow.username} / ${airflow.password}`] : []),
    ...(kept ? [`  Data           ${kept.folder}, kept; start ${kept.starts} on them`] : []),
    `  Logs           ${runFolder}/logs`,
    '',
    '  In another terminal: npx tillstream proof | status | produce | trace ID | dead-letters',
    kept
      ? '  Ctrl-C stops everything; npm start -- --keep goes on with its data, npx tillstream stop --forget deletes them.'
      : '  Ctrl-C stops everything and deletes its data; the logs stay until the next start.',
    '',
  ].join('\n');
}

/** @returns whose orders are processed, unless they are the simulator's in services that end with it */
export function sayOrders(simulator: boolean, { own = [] }: Pick<StackStatus, 'own'>): string | undefined {
  const holders = holdersOfRecords(own).join(' and ');
  if (!simulator)
    return `Waiting for events from elsewhere (${holders ? 'no simulator beside what is yours' : '--no-simulator'}).`;
  return holders ? `The simulator sends invented orders into your ${holders} (--simulator).` : undefined;
}

/** What is said behind the address of a service that was there before. */
export const yoursAmong =
  ({ own = [] }: Pick<StackStatus, 'own'>) =>
  (name: OwnName): string =>
    own.includes(name) ? '  (yours: never stopped, never emptied)' : '';

/** What may be printed of it: not the logins of services that were there before, which whoever has brought them knows. */
export function withoutOwnLogins({ kafka, postgres, s3, ...stack }: StackStatus): object {
  const { own = [] } = stack;
  const { password: _, url: __, ...database } = postgres;
  const { accessKeyId: ___, secretAccessKey: ____, ...lake } = s3;
  const { login: _____, ...brokers } = kafka;
  return {
    ...stack,
    kafka: own.includes('kafka') ? brokers : kafka,
    postgres: own.includes('postgres') ? database : postgres,
    s3: own.includes('s3') ? lake : s3,
  };
}

/** With its password only if the stack has made it. */
export function databaseOf({
  own = [],
  postgres: { url, password: _, ...without },
}: Pick<StackStatus, 'own' | 'postgres'>): string {
  return own.includes('postgres') ? postgresUrl(without) : url;
}
