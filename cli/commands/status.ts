import { parseArgs } from 'node:util';
import { consoleLink } from '#console/server/link.ts';
import type { StackStatus } from '#localstack/stack/status.ts';
import { type Progress, progress, readProgress } from '#operations/progress.ts';
import { readVerdict, type StandingVerdict } from '#operations/proofs.ts';
import { withBackbone } from '../backbone.ts';
import { exit } from '../command.ts';
import { chosenEnvironment } from '../environment.ts';
import { formatCount } from '../numbers.ts';
import { print } from '../print.ts';
import { runningStack } from '../running-stack.ts';
import { databaseOf, withoutOwnLogins, yoursAmong } from '../start/banner.ts';
import { facts, table } from '../table.ts';
import { inOneLine } from '../visible.ts';

export const summary = 'Show the addresses of the running stack and the progress of its streams';

export const environments = true;

export const usage = `
Usage: npx tillstream status [--json]

  --json    print every endpoint of the running stack, each credential that it has made, the counts, and what the proofs say, as one JSON object

Exit code 2 if no stack is running. Of an environment it shows the progress and the proofs alone: only its functions reach its parts.
`;

export async function run(args: string[]): Promise<number> {
  const { values } = parseArgs({ args, options: { json: { type: 'boolean', default: false } } });
  if (chosenEnvironment() !== undefined) return ofEnvironment(values.json);
  const stack = await runningStack();
  const [progress, proof] = await withBackbone(
    async (backbone) =>
      [await readProgress(backbone.pool, await backbone.kafka()), await readVerdict(backbone)] as const,
    stack,
  );
  print(
    values.json
      ? JSON.stringify({ ...withoutOwnLogins(stack), ...progress, proof }, null, 2)
      : describe(stack, progress, proof),
  );
  return exit.ok;
}

function describe(stack: StackStatus, progress: Progress, proof: StandingVerdict): string {
  const { console: page, kafka, biReader, s3, lambda, elasticsearch, emr, airflow, startedAt, pid, kept } = stack;
  const { streams, ...counts } = progress;
  const yours = yoursAmong(stack);
  const lines: Record<string, string> = {
    running: `since ${startedAt}, process ${pid}`,
    ...(kept && { data: `kept in ${kept.folder}, start ${kept.starts} on them` }),
    proof: sayVerdict(proof),
    ...(page && { Console: consoleLink(page) }),
    Kafka: `${kafka.bootstrapServers}${yours('kafka')}`,
    PostgreSQL: `${databaseOf(stack)}${yours('postgres')}`,
    ...(biReader && { 'for analysts': biReader.url }),
    S3: `${s3.endpoint}, bucket ${s3.bucket}${yours('s3')}`,
    Lambda: `${lambda.endpoint}, functions ${lambda.functionPrefix}-…`,
    Elasticsearch: `${elasticsearch.url}${yours('elasticsearch')}`,
    Spark: `${emr.endpoint} as EMR Serverless, application ${emr.applicationId}`,
    ...(airflow && { Airflow: `${airflow.url}, login ${airflow.username} / ${airflow.password}` }),
    ...Object.fromEntries(Object.entries(counts).map(([name, count]) => [name, formatCount(count)])),
  };
  const columns = ['produced', 'consumed', 'rejected', 'lag'] as const;
  const rows = Object.entries(streams).map(([topic, stream]) => [topic, ...columns.map((column) => stream[column])]);
  return [facts(lines), '', table(['topic', ...columns], rows)].join('\n');
}

/** What was off stands until a proof that looks as far balances. */
export function sayVerdict({ balanced, provedAt, off: [off] }: StandingVerdict): string {
  if (provedAt === null) return 'none yet';
  if (balanced || !off) return `balanced, ${provedAt}`;
  const { id, depth, all } = off;
  const [first] = off.off;
  const what = first ? `: ${inOneLine(first.name)}` : '';
  return `NOT balanced since proof ${id} of ${off.provedAt} (${depth}${all ? ', everything' : ''})${what}`;
}

async function ofEnvironment(json: boolean): Promise<number> {
  const [{ streams, ...counts }, proof] = await withBackbone(
    async (backbone) => [await progress(backbone), await readVerdict(backbone)] as const,
  );
  const columns = ['produced', 'consumed', 'rejected', 'lag'] as const;
  const rows = Object.entries(streams).map(([topic, stream]) => [topic, ...columns.map((column) => stream[column])]);
  print(
    json
      ? JSON.stringify({ streams, ...counts, proof }, null, 2)
      : [facts({ proof: sayVerdict(proof), ...counts }), '', table(['topic', ...columns], rows)].join('\n'),
  );
  return exit.ok;
}
