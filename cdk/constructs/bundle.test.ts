import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { inRepository } from '#adapters/repository.ts';
import { standardIntervals } from '#domain/configuration/intervals.ts';
import { asksKafka, entryOf, type FunctionNeeds, functions } from '../config/functions.ts';
import { bundle } from './bundle.ts';
import { copyModules, layerModules } from './module-layer.ts';

/** A folder outside the repository, where no package is found but in the layer. */
const runtime = mkdtempSync(join(tmpdir(), 'tillstream-lambda-'));
const layer = join(runtime, 'opt/nodejs');

beforeAll(() => {
  copyModules(inRepository('layers/kafka'), join(runtime, 'opt'));
});

afterAll(() => rmSync(runtime, { recursive: true, force: true }));

describe.each(Object.entries<FunctionNeeds>(functions))('bundle of %s', (name, needs) => {
  const { sql = [], calls = {} } = needs;
  it('loads with its layer alone, and exports a handler', () => {
    const outdir = join(asksKafka(needs) ? layer : runtime, name);
    const provided = asksKafka(needs) ? layerModules('kafka') : [];
    bundle({ entry: inRepository(entryOf(name, needs)), outdir, provided, sql });

    const variables = [
      'DATABASE_HOST',
      'DATABASE_NAME',
      'DATABASE_USER',
      'DATABASE_SECRET_ID',
      'LAKE_BUCKET',
      'LATE_AFTER_SECONDS',
    ];
    const env = { ...Object.fromEntries(variables.map((key) => [key, 'unused'])), ...calls, ...dummyServices };
    // What it loads later, too.
    const files = readdirSync(outdir).filter((file) => file.endsWith('.mjs'));
    const script = `
        const modules = await Promise.all(${JSON.stringify(files)}.map((file) => import(${JSON.stringify(`${outdir}/`)} + file)));
        console.log(modules.map(({ handler }) => typeof handler).filter((type) => type === 'function').join());
        process.exit();`;
    const printed = execFileSync(process.execPath, ['--input-type=module', '--eval', script], {
      env,
      encoding: 'utf8',
    });

    expect(printed.trim()).toBe('function');
    for (const folder of sql) expect(sqlFilesOf(join(outdir, folder))).toEqual(sqlFilesOf(inRepository(folder)));
  });
});

const sqlFilesOf = (folder: string): string[] => {
  const files = readdirSync(folder, { encoding: 'utf8', recursive: true }).filter((file) => file.endsWith('.sql'));
  expect(files).not.toEqual([]);
  return files.sort();
};

const dummyServices = {
  DAG_INTERVALS: JSON.stringify(standardIntervals()),
  AWS_REGION: 'us-east-1',
  DATABASE_PORT: '5432',
  KAFKA_BOOTSTRAP_SERVERS: '127.0.0.1:9',
  ELASTICSEARCH_URL: 'http://127.0.0.1:9',
  POWERTOOLS_SERVICE_NAME: 'bundle-test',
  POWERTOOLS_METRICS_NAMESPACE: 'Tillstream',
  TILLSTREAM_ENVIRONMENT: 'local',
  ROLE_SECRETS: '{}',
};
