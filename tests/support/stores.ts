/** A database and a bucket of their own for each test file, on the shared stack. */
import { randomBytes } from 'node:crypto';
import { CreateBucketCommand, S3Client } from '@aws-sdk/client-s3';
import { inject } from 'vitest';
import { type Lake, openLake } from '#adapters/lake/index.ts';
import { inTransaction, openPool, type Pool } from '#adapters/postgres/index.ts';
import { readSqlFiles, sqlFolder } from '#sql/folder.ts';
import { migrate } from '#sql/migrate.ts';
import { createViewsAsAdmin } from '#sql/views.ts';

/** Of hundreds that want one of a few connections at once the last waits long on a busy machine. */
const patient = { connectionTimeoutMillis: 120_000 };

const unique = () => randomBytes(6).toString('hex');

/** A pool, as superuser, on a new database with all migrations and views. */
export async function freshDatabase(): Promise<Pool> {
  const { host, port, database: main, user, password } = inject('stack').postgres;
  const admin = openPool({ host, port, database: main, user, password, max: 1 });
  const database = `test_${unique()}`;
  await admin.query(`create database ${database}`);
  await admin.end();
  const pool = openPool({ host, port, database, user, password, max: 8, ...patient });
  await migrate(pool, await readSqlFiles(sqlFolder('migrations')));
  const views = await readSqlFiles(sqlFolder('views'));
  await inTransaction(pool, (transaction) => createViewsAsAdmin(transaction, views));
  return pool;
}

/** A pool on the same database, as a function's role. */
export async function poolAs(role: string, pool: Pool): Promise<Pool> {
  const { rows } = await pool.query<{ database: string }>('select current_database() as database');
  const { host, port, user, password } = inject('stack').postgres;
  return openPool({ ...rows[0], host, port, user, password, options: `-c role=${role}`, ...patient });
}

export function s3Client(endpoint = inject('stack').s3.endpoint): S3Client {
  const { region, accessKeyId, secretAccessKey } = inject('stack').s3;
  return new S3Client({ endpoint, region, forcePathStyle: true, credentials: { accessKeyId, secretAccessKey } });
}

export async function freshLake(): Promise<Lake> {
  const client = s3Client();
  const bucket = `lake-${unique()}`;
  await client.send(new CreateBucketCommand({ Bucket: bucket }));
  return openLake(bucket, client);
}
