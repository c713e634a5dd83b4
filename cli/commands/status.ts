import { parseArgs } from 'node:util';
import { connectKafka } from '#adapters/kafka/index.ts';
import type { StackStatus } from '#localstack/stack/status.ts';
import { exit } from '../command.ts';
import { type Progress, readProgress } from '../progress.ts';
import { openDatabase, runningStack } from '../running-stack.ts';
import { table } from '../table.ts';

export const summary = 'Show what runs where, and how far the streams have come';

export const usage = `
Usage: npx tillstream status [--json]

  --json    every endpoint and credential of the running stack, and the counts, as one JSON object

Exit code 2 if no stack is running.
`;

export async function run(args: string[]): Promise<number> {
  const { values } = parseArgs({ args, options: { json: { type: 'boolean', default: false } } });
  const stack = await runningStack();
  const pool = openDatabase(stack);
  const kafka = await connectKafka({ ...stack.kafka, clientId: 'tillstream-status' });
  try {
    const progress = await readProgress(pool, kafka);
    console.log(values.json ? JSON.stringify({ ...stack, ...progress }, null, 2) : describe(stack, progress));
    return exit.ok;
  } finally {
    await Promise.all([kafka.close(), pool.end()]);
  }
}

function describe(stack: StackStatus, progress: Progress): string {
  const { kafka, postgres, s3, lambda, elasticsearch, emr, airflow, startedAt, pid } = stack;
  const { streams, ...counts } = progress;
  const lines: Record<string, string> = {
    running: `since ${startedAt}, process ${pid}`,
    Kafka: kafka.bootstrapServers,
    PostgreSQL: postgres.url,
    S3: `${s3.endpoint}, bucket ${s3.bucket}`,
    Lambda: `${lambda.endpoint}, functions ${lambda.functionPrefix}-…`,
    Elasticsearch: elasticsearch.url,
    Spark: `${emr.endpoint} as EMR Serverless, application ${emr.applicationId}`,
    ...(airflow && { Airflow: `${airflow.url}, login ${airflow.username} / ${airflow.password}` }),
    ...Object.fromEntries(Object.entries(counts).map(([name, count]) => [name, count.toLocaleString('en')])),
  };
  const columns = ['produced', 'consumed', 'rejected', 'lag'] as const;
  const rows = Object.entries(streams).map(([topic, stream]) => [topic, ...columns.map((column) => stream[column])]);
  const facts = Object.entries(lines).map(([name, value]) => `${name.padEnd(15)}${value}`);
  return [...facts, '', table(['topic', ...columns], rows)].join('\n');
}
