/** Every key of the configuration reaches what is deployed: in AWS by the templates, on one machine by what Airflow and the poller get. */
import { beforeAll, describe, expect, it } from 'vitest';
import { configurationOf } from '#adapters/configuration-file.ts';
import {
  type KeyName,
  keyNamed,
  keyNames,
  scheduleVariables,
  variableOf,
  windowOf,
} from '#domain/configuration/keys.ts';
import { catalogue } from '#domain/streams.ts';
import { mappingsOf } from '#localstack/poller/mappings.ts';
import { environmentNamed } from './config/environments.ts';
import { synthesizeNow } from './testing/templates.ts';

const windows = Object.fromEntries(
  catalogue.map(({ topic }, at) => [
    `windows.${topic}`,
    [`${101 + at}`, `"MaximumBatchingWindowInSeconds":${101 + at}`] as const,
  ]),
) as Record<Extract<KeyName, `windows.${string}`>, readonly [string, string]>;

/** Of each key another value, as text, and how it stands in a template. */
const others: Readonly<Record<KeyName, readonly [text: string, inTemplate: string]>> = {
  'late.after_seconds': ['300', '"LATE_AFTER_SECONDS":"300"'],
  'late.alert_ratio': ['0.25', '"LATE_RATIO_THRESHOLD":"0.25"'],
  'late.alert_count': ['55', '"LATE_COUNT_THRESHOLD":"55"'],
  ...windows,
  // Airflow's startup script is in a bundle; what functions and alarms make of a schedule is here.
  'schedules.orders_minio_to_postgres': ['11 * * * *', String.raw`\"orders_minio_to_postgres\":60`],
  'schedules.process_kafka_to_postgres': ['*/15 * * * *', String.raw`\"process_kafka_to_postgres\":15`],
  'schedules.daily_inventory_report': ['0 */3 * * *', String.raw`\"daily_inventory_report\":180`],
  'schedules.aggregate_user_events': ['0 */4 * * *', String.raw`\"aggregate_user_events\":240`],
  'schedules.curate_orders': ['0 */6 * * *', String.raw`\"curate_orders\":360`],
  'schedules.stream_orders': ['*/10 * * * *', String.raw`\"stream_orders\":10`],
  'schedules.prove_pipeline': ['0 */2 * * *', String.raw`\"prove_pipeline\":120`],
  'schedules.prove_everything': ['@weekly', String.raw`\"prove_everything\":10080`],
  'retention.announcements_days': ['9', String.raw`{\"keep_sent_days\":9}`],
  'retention.logs_days': ['400', '"RetentionInDays":400'],
  'retention.kafka_hours': ['171', 'log.retention.hours=171'],
  'retention.backups_days': ['13', '"BackupRetentionPeriod":13'],
  'alerts.emails': ['a@example.org,b@example.org', '"Endpoint":"b@example.org"'],
  'alerts.budget_dollars': ['777', '"Amount":777'],
  'alerts.waiting_records': ['123456', '"Threshold":123456'],
  'alerts.rejected_percent': ['17', '"Threshold":17'],
};
const texts = Object.fromEntries(keyNames.map((name) => [name, others[name][0]]));

describe('in AWS', () => {
  let templates: string;
  beforeAll(() => {
    const synthesized = synthesizeNow(environmentNamed('prod', { options: texts }), false);
    templates = JSON.stringify([...synthesized.values()]);
  }, 180_000);

  it.each(keyNames)('%s is in the templates', (name) => {
    expect(templates).toContain(others[name][1]);
  });
});

describe('on one machine', () => {
  const env = Object.fromEntries(keyNames.map((name) => [variableOf(name), others[name][0]]));
  const { values } = configurationOf('local', { env });

  it.each(keyNames)('%s is taken from its variable', (name) => {
    expect(values[name]).toEqual(keyNamed(name).type.fromText(others[name][0]));
  });

  it('the poller fills batches for as long as the windows say', () => {
    const windows = mappingsOf(values, 'local').map(({ mapping }) => [
      mapping.functionName,
      mapping.topic,
      mapping.maximumBatchingWindowInSeconds,
    ]);
    expect(windows).toEqual(
      catalogue.map((stream) => [`tillstream-local-${stream.consumer}`, stream.topic, windowOf(values, stream)]),
    );
    expect(windows[0]).toEqual(['tillstream-local-archive-orders', 'orders', 101]);
  });

  it('Airflow gets every schedule', () => {
    expect(scheduleVariables(values)).toMatchObject({
      TILLSTREAM_SCHEDULES_ORDERS_MINIO_TO_POSTGRES: '11 * * * *',
      TILLSTREAM_SCHEDULES_PROVE_EVERYTHING: '@weekly',
    });
    expect(Object.keys(scheduleVariables(values))).toHaveLength(8);
  });
});
