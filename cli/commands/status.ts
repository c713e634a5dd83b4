import { parseArgs } from 'node:util';
import { consoleLink } from '#console/server/link.ts';
import type { StackStatus } from '#localstack/stack/status.ts';
import { type Progress, progress, readProgress } from '#operations/progress.ts';
import { withBackbone } from '../backbone.ts';
import { exit } from '../command.ts';
import { chosenEnvironment } from '../environment.ts';
import { formatCount } from '../numbers.ts';
import { print } from '../print.ts';
import { runningStack } from '../running-stack.ts';
import { facts, table } from '../table.ts';

export const summary = 'Show the addresses of the running stack and the progress of its streams';

export const environments = true;

export const usage = `
Usage: npx tillstream status [--json]

  --json    print every endpoint and credential of the running stack, and the counts, as one JSON object

Exit code 2 if no stack is running. Of an environment it shows the progress alone: nobody but its functions reaches its parts.
`;

export async function run(args: string[]): Promise<number> {
  const { values } = parseArgs({ args, options: { json: { type: 'boolean', default: false } } });
  if (chosenEnvironment() !== undefined) return ofEnvironment(values.json);
  const stack = await runningStack();
  const progress = await withBackbone(async ({ pool, kafka }) => readProgress(pool, await kafka()), stack);
  print(values.json ? JSON.stringify({ ...stack, ...progress }, null, 2) : describe(stack, progress));
  return exit.ok;
}

function describe(stack: StackStatus, progress: Progress): string {
  const { console: page, kafka, postgres, biReader, s3, lambda, elasticsearch, emr, airflow, startedAt, pid } = stack;
  const { streams, ...counts } = progress;
  const lines: Record<string, string> = {
    running: `since ${startedAt}, process ${pid}`,
    ...(page && { Console: consoleLink(page) }),
    Kafka: kafka.bootstrapServers,
    PostgreSQL: postgres.url,
    ...(biReader && { 'for analysts': biReader.url }),
    S3: `${s3.endpoint}, bucket ${s3.bucket}`,
    Lambda: `${lambda.endpoint}, functions ${lambda.functionPrefix}-…`,
    Elasticsearch: elasticsearch.url,
    Spark: `${emr.endpoint} as EMR Serverless, application ${emr.applicationId}`,
    ...(airflow && { Airflow: `${airflow.url}, login ${airflow.username} / ${airflow.password}` }),
    ...Object.fromEntries(Object.entries(counts).map(([name, count]) => [name, formatCount(count)])),
  };
  const columns = ['produced', 'consumed', 'rejected', 'lag'] as const;
  const rows = Object.entries(streams).map(([topic, stream]) => [topic, ...columns.map((column) => stream[column])]);
  return [facts(lines), '', table(['topic', ...columns], rows)].join('\n');
}

async function ofEnvironment(json: boolean): Promise<number> {
  const { streams, ...counts } = await withBackbone(progress);
  const columns = ['produced', 'consumed', 'rejected', 'lag'] as const;
  const rows = Object.entries(streams).map(([topic, stream]) => [topic, ...columns.map((column) => stream[column])]);
  print(
    json
      ? JSON.stringify({ streams, ...counts }, null, 2)
      : [facts(counts), '', table(['topic', ...columns], rows)].join('\n'),
  );
  return exit.ok;
}
