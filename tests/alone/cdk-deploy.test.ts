/** Runs `npx cdk deploy -c environment=local` as a user types it, twice, and then `npx cdk destroy`. */
import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { CloudFormationClient, ListStacksCommand } from '@aws-sdk/client-cloudformation';
import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { afterAll, beforeAll, expect, inject, it } from 'vitest';
import { openPool, type Pool } from '#adapters/postgres/index.ts';
import { inRepository, repositoryRoot } from '#adapters/repository.ts';
import { readSqlFiles, sqlFolder } from '#sql/folder.ts';

const { s3: aws, postgres, runFolder } = inject('stack');
const outdir = mkdtempSync(join(tmpdir(), 'tillstream-cdk-deploy-'));
/** A separate region: LocalStack isolates regions, so deployments of other tests are not in this one. */
const region = 'eu-west-1';
const client = {
  endpoint: aws.endpoint,
  region,
  credentials: { accessKeyId: aws.accessKeyId, secretAccessKey: aws.secretAccessKey },
};
const database = 'cdk_deploy';
const context = { environment: 'local', lakeBucket: 'orders-lake-cdk-deploy', postgresDatabase: database };

let owner: Pool;
let pool: Pool;
beforeAll(async () => {
  owner = openPool({ ...postgres, max: 1 });
  await owner.query(`create database ${database}`);
  pool = openPool({ ...postgres, database, max: 1 });
});
afterAll(async () => {
  await pool.end();
  await owner.query(`drop database ${database} with (force)`);
  await owner.end();
  rmSync(outdir, { recursive: true, force: true });
});

/** @returns its output */
async function cdk(...args: string[]): Promise<string> {
  const contexts = Object.entries(context).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
  const script = inRepository('node_modules/aws-cdk-local/bin/cdklocal');
  const { stdout, stderr } = await promisify(execFile)(
    process.execPath,
    [script, ...args, ...contexts, '--output', outdir],
    {
      cwd: repositoryRoot,
      maxBuffer: 64 * 1024 * 1024,
      env: {
        PATH: `${dirname(process.execPath)}:${process.env.PATH}`,
        HOME: outdir,
        // The deployment finds the services and the database owner's password here, as with `npm start`.
        TILLSTREAM_HOME: dirname(runFolder),
        AWS_ENDPOINT_URL: aws.endpoint,
        AWS_ENDPOINT_URL_S3: aws.endpoint,
        AWS_ENVAR_ALLOWLIST: 'AWS_REGION,AWS_DEFAULT_REGION', // otherwise cdklocal leaves them out
        AWS_REGION: region,
        AWS_DEFAULT_REGION: region,
        AWS_ACCESS_KEY_ID: aws.accessKeyId,
        AWS_SECRET_ACCESS_KEY: aws.secretAccessKey,
        CI: 'true',
      },
    },
  );
  return stdout + stderr;
}

const deploy = () => cdk('deploy', '--all', '--require-approval', 'never', '--concurrency', '4');
const stacks = async (): Promise<string[]> => {
  const { StackSummaries = [] } = await new CloudFormationClient(client).send(new ListStacksCommand({}));
  return StackSummaries.filter(({ StackStatus }) => StackStatus !== 'DELETE_COMPLETE').flatMap(({ StackName = '' }) =>
    StackName.startsWith('tillstream-') ? [StackName] : [],
  );
};

it('deploys without manual steps, deploys again without changes, and is destroyed', {
  timeout: 600_000,
}, async () => {
  await cdk('bootstrap', `aws://000000000000/${region}`);
  await deploy();
  const migrations = (await readSqlFiles(sqlFolder('migrations'))).map(({ name }) => name);
  const applied = await pool.query<{ name: string }>('select name from public.migrations order by name');
  expect(applied.rows.map(({ name }) => name)).toEqual(migrations);
  const { FunctionError, Payload } = await new LambdaClient(client).send(
    new InvokeCommand({ FunctionName: 'tillstream-local-load-orders', Payload: '{"action":"list"}' }),
  );
  expect({ FunctionError, answer: Payload?.transformToString() }).toEqual({
    FunctionError: undefined,
    answer: '{"chunks":[],"files":0}',
  });

  const made = await stacks();
  expect(made).toContain('tillstream-local-functions');
  const unchanged = (await deploy()).match(/\(no changes\)/g);
  expect(unchanged).toHaveLength(made.length);

  await cdk('destroy', '--all', '--force', '--app', outdir);
  expect(await stacks()).toEqual([]);
});
