/** Creates a database and a bucket for each test file, on the shared stack. */
import { randomBytes } from 'node:crypto';
import { CreateBucketCommand, S3Client } from '@aws-sdk/client-s3';
import { inject } from 'vitest';
import { type Lake, openLake } from '#adapters/lake/index.ts';
import { openPool, type Pool } from '#adapters/postgres/index.ts';
import type { AwsAccess } from '#localstack/stack/status.ts';

/** When hundreds of calls compete for a few connections, the last one waits long on a busy machine. */
const patient = { connectionTimeoutMillis: 120_000 };

const unique = () => randomBytes(6).toString('hex');

/** Opens a single session on the stack's own database, which no test changes. */
async function asAdmin<Result>(work: (admin: Pool) => Promise<Result>): Promise<Result> {
  const { host, port, database, user, password } = inject('stack').postgres;
  const admin = openPool({ host, port, database, user, password, max: 1, ...patient });
  try {
    return await work(admin);
  } finally {
    await admin.end();
  }
}

/** A superuser's pool on a new database with all migrations and views: a copy, since migrating takes a second. */
export const freshDatabase = (): Promise<Pool> => newDatabase(`template ${inject('template')}`);

/** A superuser's pool on a database without migrations. */
export const emptyDatabase = (): Promise<Pool> => newDatabase('');

async function newDatabase(from: string): Promise<Pool> {
  const { host, port, user, password } = inject('stack').postgres;
  const template = inject('template');
  const database = `${template}_${unique()}`;
  await asAdmin(async (admin) => {
    await admin.query(`create database ${database} ${from}`);
    // A copy has what the template contains, but not the rights on the template itself.
    await admin.query(COPY_RIGHTS, [database, template]);
  });
  return openPool({ host, port, database, user, password, max: 8, ...patient });
}

const COPY_RIGHTS = `
  update pg_database set datacl = template.datacl
  from pg_database as template
  where pg_database.datname = $1 and template.datname = $2`;

/** A pool on the same database with a function's role. */
export async function poolAs(role: string, pool: Pool): Promise<Pool> {
  const { rows } = await pool.query<{ database: string }>('select current_database() as database');
  const { host, port, user, password } = inject('stack').postgres;
  return openPool({ ...rows[0], host, port, user, password, options: `-c role=${role}`, ...patient });
}

/** @param access S3 of another stack; by default the integration tests' own */
export function s3Client({ endpoint, region, accessKeyId, secretAccessKey }: AwsAccess = inject('stack').s3): S3Client {
  return new S3Client({ endpoint, region, forcePathStyle: true, credentials: { accessKeyId, secretAccessKey } });
}

export async function freshLake(): Promise<Lake> {
  const client = s3Client();
  const bucket = `lake-${unique()}`;
  await client.send(new CreateBucketCommand({ Bucket: bucket }));
  return openLake(bucket, client);
}
