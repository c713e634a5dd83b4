import { join } from 'node:path';
import { connectSearch } from '#adapters/search/index.ts';
import { formatCount } from '#cli/numbers.ts';
import { indexMetrics } from '#functions/index-hourly-metrics/index-metrics.ts';
import { transform } from '#functions/run-transformations/transform.ts';
import { freePorts } from '#localstack/processes/ports.ts';
import { startElasticsearch } from '#localstack/services/elasticsearch.ts';
import { readSqlFiles, sqlFolder } from '#sql/folder.ts';
import { createViews } from '#sql/views.ts';
import { type Contender, contest, type Standing, seconds } from '../contest.ts';
import { migrateAll, startDatabase } from '../postgres.ts';
import type { Settings } from '../settings.ts';
import { markdown } from '../table.ts';
import { addHours, HOURS_PER_STEP } from './input.ts';

/** Sizes of the table at which the hourly run is measured, in multiples of `--orders`. */
const SIZES = [1, 3, 5];

/**
 * The hourly run from stored transactions to the index, each time with one more hour of them, on a growing table, in a
 * PostgreSQL and an Elasticsearch of its own. The figures leave out Elasticsearch: it has one document for each hour, and its
 * CPU time is that of Java's compiler.
 */
export async function transformContest({ folder, installFolder, orders, rounds }: Settings): Promise<string> {
  const [searchPort = 0, transportPort = 0] = await freePorts(2);
  const report = (progress: string) => console.error(`services: ${progress}`);
  const context = { runFolder: folder, installFolder, report };
  const { pool, url, cpu, stop } = await startDatabase({ folder, installFolder });
  const node = await startElasticsearch({ port: searchPort, transportPort }, context);
  const search = await connectSearch({ url: node.url, secretId: undefined });
  const perHour = Math.ceil(orders / HOURS_PER_STEP);
  let hours = 0;
  const grow = async (by: number) => {
    await addHours(pool, hours, by, perHour);
    hours += by;
  };
  try {
    await migrateAll(pool);
    const views = await readSqlFiles(sqlFolder('views'));
    await createViews(pool, views);
    const contender = (name: string, remark: string, program: string): Contender => ({
      name,
      remark,
      command: [process.execPath, join(import.meta.dirname, program), url, node.url],
    });
    const contenders = [
      contender('full rebuild', 'truncate and insert; readers wait meanwhile', 'full-rebuild.ts'),
      contender('whole index', 'the hours that changed; the whole index compared, twice', 'whole-index.ts'),
      contender('ours', 'the hours that changed; readers and store-transactions go on', 'ours.ts'),
    ];
    const lines: string[][] = [];
    for (const size of SIZES) {
      await grow(size * HOURS_PER_STEP - hours);
      console.error(`${formatCount(hours * perHour)} transactions are stored`);
      await transform(pool, { full: false, deadline: Date.now() + 900_000 });
      await indexMetrics(pool, search, { full: true, deadline: Date.now() + 900_000 });
      await pool.query(AGE_NOTES, [24]);
      const standings = await contest(contenders, rounds, {
        async prepare() {
          await pool.query('truncate payments.changed_hours');
          await grow(1);
          await pool.query(AGE_NOTES, [1]);
          await pool.query('vacuum analyze');
          await pool.query('checkpoint');
        },
        serverCpu: cpu,
      });
      lines.push(...standings.map((standing) => line(size * orders, standing)));
    }
    const head = ['transactions', `hourly run of ${formatCount(perHour)}`, 'CPU s', 'client', 'server', 'seconds'];
    return markdown([...head, 'rows written', ''], lines);
  } finally {
    await search.close();
    await Promise.all([stop(), node.stop()]);
  }
}

/** Each run comes an hour after the previous one; only the previous run's hours are checked again. */
const AGE_NOTES = `
  update payments.transformed_hours
  set
    transformed_at = transformed_at - $1::int * interval '1 hour',
    indexed_as_of = indexed_as_of - $1::int * interval '1 hour'`;

const line = (size: number, standing: Standing): string[] => [
  formatCount(size),
  standing.name,
  seconds(standing).toFixed(2),
  standing.clientSeconds.toFixed(2),
  standing.serverSeconds.toFixed(2),
  (standing.wallSeconds ?? Number.NaN).toFixed(2),
  formatCount(standing.rows),
  standing.remark,
];
