/** Alarms for each promise: nothing lost, nothing twice, provable, bad data kept apart, and all of it in time. */

import { Duration } from 'aws-cdk-lib';
import { MathExpression } from 'aws-cdk-lib/aws-cloudwatch';
import type { Configuration } from '#domain/configuration/keys.ts';
import { streams } from '#domain/streams.ts';
import { functionNamed } from '../config/names.ts';
import { type AlarmDefinition, type Area, ofFunction, ofService, type Watched } from './alarm.ts';

const consumers = [...new Set(Object.values(streams).map(({ consumer }) => consumer))].sort();

/** So many rejected records are worth a look, if they are a large part of all. */
const LEAST_REJECTED = 10;

export const promises = (watched: Watched, limits: Configuration): Area => ({
  title: 'Promises',
  alarms: [...proof(watched), ...deadLetters(watched, limits), ...freshness(watched, limits), ...payments(watched)],
  graphs: {
    'Records by what became of them': consumers.flatMap((consumer) =>
      ['accepted', 'duplicates', 'rejected'].map((count) =>
        ofFunction(watched, consumer, count, { statistic: 'Sum', minutes: 5 }),
      ),
    ),
  },
});

const proof = (watched: Watched): AlarmDefinition[] => [
  {
    name: 'proof-unbalanced',
    heading: 'The proof is not balanced',
    what: 'The books do not balance: the log of prove names each deviation, by partition and offset.',
    metric: ofFunction(watched, 'prove', 'ProofUnbalanced'),
    threshold: 1,
    missing: 'as-before',
  },
  {
    name: 'everything-unbalanced',
    heading: 'The proof is not balanced',
    what: 'A proof of everything did not balance in the last day: the log of prove names what it found, also where no hourly one looks.',
    metric: ofFunction(watched, 'prove', 'EverythingUnbalanced', { minutes: 1_440 }),
    threshold: 1,
    missing: 'as-before',
  },
  {
    name: 'records-lost',
    heading: 'Records expired before they were consumed',
    what: "Kafka's retention removed records that no consumer had read, and nobody has acknowledged that yet.",
    metric: ofFunction(watched, 'prove', 'RecordsLost'),
    threshold: 1,
    missing: 'as-before',
  },
];

const deadLetters = (watched: Watched, { 'alerts.rejected_percent': percent }: Configuration): AlarmDefinition[] => [
  ...consumers.map((consumer) => ({
    name: `dead-letters-${consumer}`,
    heading: 'Dead letters',
    what: `${consumer} rejects ${percent} % of its records or more.`,
    metric: rejectedPercent(watched, consumer),
    threshold: percent,
  })),
  {
    name: 'dead-letters-load-orders',
    heading: 'Dead letters',
    what: 'An order came again with different content: the first stays, the other is a dead letter.',
    metric: ofFunction(watched, 'load-orders', 'OrdersConflicting', { statistic: 'Sum' }),
    threshold: 1,
  },
];

function rejectedPercent(watched: Watched, consumer: string): MathExpression {
  // A graph shows several of these expressions, so their ids must differ.
  const [accepted, duplicates, rejected] = ['accepted', 'duplicates', 'rejected'].map(
    (count) => `${count}_${consumer.replaceAll('-', '_')}`,
  ) as [string, string, string];
  const count = (metric: string) => ofFunction(watched, consumer, metric, { statistic: 'Sum', minutes: 15 });
  return new MathExpression({
    expression: `IF(${rejected} >= ${LEAST_REJECTED}, 100 * ${rejected} / (${accepted} + ${duplicates} + ${rejected}), 0)`,
    usingMetrics: {
      [accepted]: count('accepted'),
      [duplicates]: count('duplicates'),
      [rejected]: count('rejected'),
    },
    period: Duration.minutes(15),
    label: `${consumer} rejects, %`,
  });
}

const freshness = (watched: Watched, { 'alerts.waiting_records': waiting }: Configuration): AlarmDefinition[] => [
  ...consumers.map((consumer) => ({
    name: `lag-${consumer}`,
    heading: 'A consumer lags behind Kafka',
    what: `${waiting} records or more wait in Kafka for ${consumer}.`,
    metric: ofService('AWS/Lambda', 'OffsetLag', { FunctionName: functionNamed(watched.environmentName, consumer) }),
    threshold: waiting,
    periods: 3,
  })),
  {
    name: 'outbox-age',
    heading: 'The outbox is not drained',
    what: 'A message has been waiting for 5 minutes to be published, or relay-outbox did not run at all.',
    metric: ofFunction(watched, 'relay-outbox', 'OutboxAge', { minutes: 1 }),
    threshold: 300,
    periods: 5,
    missing: 'alarm',
  },
  {
    name: 'overdue',
    heading: 'Data waits too long',
    what: 'Orders, payments, user events or messages wait longer than the schedule of their job leaves them.',
    metric: ofFunction(watched, 'prove', 'Overdue'),
    threshold: 1,
    missing: 'as-before',
  },
];

const payments = (watched: Watched): AlarmDefinition[] => [
  {
    name: 'late-payments',
    heading: 'Payments come late',
    what: 'More payments came late in the last day than the limits allow; the alert of run-transformations says of which hours.',
    metric: ofFunction(watched, 'run-transformations', 'TooManyLate'),
    threshold: 1,
    missing: 'as-before',
  },
  {
    name: 'data-quality',
    heading: 'A data quality check fails',
    what: 'The clean payments or their view are not what they should be; the log of check-quality names the check.',
    metric: ofFunction(watched, 'check-quality', 'FailedChecks'),
    threshold: 1,
    missing: 'as-before',
  },
  {
    name: 'index-differs',
    heading: 'The index differs from the view',
    what: 'Hourly metrics in Elasticsearch differed from PostgreSQL in hours that had not changed; they have been corrected.',
    metric: ofFunction(watched, 'index-hourly-metrics', 'HoursDiffering'),
    threshold: 1,
    missing: 'as-before',
  },
];
