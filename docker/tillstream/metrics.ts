/**
 * The page /metrics: the progress of the streams in Prometheus's text format,
 * https://prometheus.io/docs/instrumenting/exposition_formats/
 */
import type { StreamProgress, WholeProgress } from '#operations/progress.ts';

const ofStreams: Readonly<Record<keyof StreamProgress, string>> = {
  produced: 'Records in the topic, less those that retention removed',
  consumed: 'Records that were dealt with, usable or not',
  rejected: 'Records that became dead letters',
  lag: 'Records that wait in Kafka',
};

const ofAll: Readonly<Record<Exclude<keyof WholeProgress, 'streams'>, string>> = {
  archived: 'Orders in the lake',
  loaded: 'Orders in the warehouse',
  waiting: 'Objects of the lake that wait to be loaded',
  moved: 'Movements that changed the stock',
  paid: 'Payments that were stored',
  events: 'User events in the lake',
  unsent: 'Messages that wait to be published, of the outbox and of announcements of stock',
};

export function metricsPage(progress: WholeProgress): string {
  const streams = Object.entries(progress.streams);
  return [
    ...Object.entries(ofStreams).flatMap(([key, help]) =>
      metric(
        `tillstream_stream_${key}`,
        help,
        streams.map(([topic, stream]) => [`{topic="${topic}"}`, stream[key as keyof StreamProgress]]),
      ),
    ),
    ...Object.entries(ofAll).flatMap(([key, help]) =>
      metric(`tillstream_${key}`, help, [['', progress[key as keyof typeof ofAll]]]),
    ),
    '',
  ].join('\n');
}

/** All are gauges: they are counted anew each time, and retention makes some of them smaller. */
function metric(name: string, help: string, values: readonly (readonly [labels: string, value: number])[]): string[] {
  return [
    `# HELP ${name} ${help}`,
    `# TYPE ${name} gauge`,
    ...values.map(([labels, value]) => `${name}${labels} ${value}`),
  ];
}
