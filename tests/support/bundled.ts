/** Functions of the repository in LocalStack's Lambda, bundled as they are deployed, over a test's own database. */
import { randomUUID } from 'node:crypto';
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CreateFunctionCommand } from '@aws-sdk/client-lambda';
import { CreateSecretCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { inject } from 'vitest';
import type { Pool } from '#adapters/postgres/index.ts';
import { inRepository } from '#adapters/repository.ts';
import { type BundleOptions, bundle } from '#cdk/constructs/bundle.ts';
import { awsSettings, lambdaTools, zipOf } from './lambda.ts';

type Bundled = Pick<BundleOptions, 'entry' | 'sql' | 'page'>;

/** @param Variables those of `variablesIn`, and the function's own */
export async function createBundled(
  FunctionName: string,
  { entry, ...given }: Bundled,
  Variables: Readonly<Record<string, string>>,
): Promise<void> {
  const lambda = lambdaTools(inject('stack').lambda);
  const outdir = mkdtempSync(join(tmpdir(), 'tillstream-bundled-'));
  try {
    bundle({ entry: inRepository(entry), outdir, provided: [], ...given });
    const files = readdirSync(outdir, { recursive: true, encoding: 'utf8' })
      .filter((file) => !file.endsWith('.map') && statSync(join(outdir, file)).isFile())
      .map((file) => [file, readFileSync(join(outdir, file), 'utf8')] as const);
    await lambda.client.send(
      new CreateFunctionCommand({
        ...{ FunctionName, Runtime: 'nodejs24.x', Handler: 'index.handler', Timeout: 60, MemorySize: 1024 },
        Role: 'arn:aws:iam::000000000000:role/test',
        Environment: { Variables },
        Code: { ZipFile: await zipOf(Object.fromEntries(files)) },
      }),
    );
    await lambda.ready(FunctionName);
  } finally {
    rmSync(outdir, { recursive: true });
  }
}

/** What a function needs to work with this database: a role's own password is of the stack's database, so each logs in as the test does. */
export async function variablesIn(pool: Pool): Promise<(role: string) => Record<string, string>> {
  const { postgres, lambda } = inject('stack');
  const { host, port, user, password } = postgres;
  const { rows } = await pool.query<{ database: string }>('select current_database() as database');
  const secret = `test/${randomUUID()}`;
  const secrets = new SecretsManagerClient(awsSettings(lambda));
  const SecretString = JSON.stringify({ username: user, password });
  await secrets.send(new CreateSecretCommand({ Name: secret, SecretString }));
  return (role) => ({
    ...{ DATABASE_HOST: host, DATABASE_PORT: String(port), DATABASE_NAME: rows[0]?.database ?? '' },
    ...{ DATABASE_USER: user, DATABASE_SECRET_ID: secret, DATABASE_TLS: 'off', PGOPTIONS: `-c role=${role}` },
    ...{ TILLSTREAM_ENVIRONMENT: 'local', POWERTOOLS_SERVICE_NAME: 'test', POWERTOOLS_METRICS_NAMESPACE: 'Test' },
  });
}
