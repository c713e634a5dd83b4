import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { inRepository } from '#adapters/repository.ts';
import { type FunctionNeeds, functions } from '../config/functions.ts';
import { bundle } from './bundle.ts';

/** A folder outside the repository: from here, no package is found. */
const runtime = mkdtempSync(join(tmpdir(), 'tillstream-lambda-'));

afterAll(() => rmSync(runtime, { recursive: true, force: true }));

describe.each(Object.entries<FunctionNeeds>(functions))(
  'bundle of %s',
  { timeout: 60_000 },
  (name, { sql = [], calls = {} }) => {
    it('loads by itself, and exports a handler', () => {
      const outdir = join(runtime, name);
      bundle({ entry: inRepository(`functions/${name}/handler.ts`), outdir, sql });

      const variables = ['DATABASE_HOST', 'DATABASE_NAME', 'DATABASE_USER', 'DATABASE_SECRET_ID', 'LAKE_BUCKET'];
      const env = { ...Object.fromEntries(variables.map((key) => [key, 'unused'])), ...calls, ...dummyServices };
      const script = `const { handler } = await import(${JSON.stringify(`${outdir}/index.mjs`)}); console.log(typeof handler); process.exit()`;
      const printed = execFileSync(process.execPath, ['--input-type=module', '--eval', script], {
        env,
        encoding: 'utf8',
      });

      expect(printed.trim()).toBe('function');
      for (const folder of sql) expect(sqlFilesOf(join(outdir, folder))).toEqual(sqlFilesOf(inRepository(folder)));
    });
  },
);

const sqlFilesOf = (folder: string): string[] => {
  const files = readdirSync(folder, { encoding: 'utf8', recursive: true }).filter((file) => file.endsWith('.sql'));
  expect(files).not.toEqual([]);
  return files.sort();
};

const dummyServices = {
  PROCESS_EVERY_MINUTES: '60',
  AWS_REGION: 'us-east-1',
  DATABASE_PORT: '5432',
  KAFKA_BOOTSTRAP_SERVERS: '127.0.0.1:9',
  ELASTICSEARCH_URL: 'http://127.0.0.1:9',
  POWERTOOLS_SERVICE_NAME: 'bundle-test',
  POWERTOOLS_METRICS_NAMESPACE: 'Tillstream',
  TILLSTREAM_ENVIRONMENT: 'local',
  ROLE_SECRETS: '{}',
};
