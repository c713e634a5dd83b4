/** The stack running on this machine, as its run/status.json describes it, and connections to it. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { S3Client } from '@aws-sdk/client-s3';
import { awsLimits } from '#adapters/aws.ts';
import { connectKafka, type KafkaConnection } from '#adapters/kafka/index.ts';
import { type Lake, openLake } from '#adapters/lake/index.ts';
import { openPool, type Pool } from '#adapters/postgres/index.ts';
import { stackHome } from '#adapters/repository.ts';
import { runningIn } from '#localstack/stack/home.ts';
import { isAlive, type StackStatus } from '#localstack/stack/status.ts';
import { UserError } from './command.ts';

export const home = stackHome();

/** @throws UserError if no stack is running, such as while one starts, or only what a killed one left */
export async function runningStack(folder = home): Promise<StackStatus> {
  const file = join(folder, 'run', 'status.json');
  const text = await readFile(file, 'utf8').catch((cause: NodeJS.ErrnoException) => {
    const starting = runningIn(folder);
    if (starting) throw new UserError(`No stack is running yet: process ${starting.pid} is starting one.`, { cause });
    const why = cause.code === 'ENOENT' ? 'is not there' : `can't be read (${cause.message})`;
    throw new UserError(`No stack is running: ${file} ${why}. Start one with npm start.`, { cause });
  });
  const status = parse(text, file);
  if (isAlive(status)) return status;
  throw new UserError(
    `No stack is running: process ${status.pid}, which ran it since ${status.startedAt}, was ended and could not stop its ` +
      'services. npm start ends those that are left and starts new ones.',
  );
}

function parse(text: string, file: string): StackStatus {
  try {
    return JSON.parse(text) as StackStatus;
  } catch (cause) {
    throw new UserError(`${file} is damaged: ${(cause as Error).message}. Restart the stack with npm start.`, {
      cause,
    });
  }
}

/** Runs `work` with the stack's database, as its owner. */
export async function withDatabase<T>({ postgres }: StackStatus, work: (pool: Pool) => Promise<T>): Promise<T> {
  const { host, port, database, user, password } = postgres;
  const pool = openPool({ host, port, database, user, password, max: 2 });
  try {
    return await work(pool);
  } finally {
    await pool.end();
  }
}

/** @throws UserError if Kafka does not answer */
export async function withKafka<T>(bootstrapServers: string, work: (kafka: KafkaConnection) => Promise<T>): Promise<T> {
  const kafka = await connectKafka({ bootstrapServers, clientId: 'tillstream-cli' }).catch((cause: Error) => {
    throw new UserError(`Kafka doesn't answer at ${bootstrapServers}: ${cause.message}`, { cause });
  });
  try {
    return await work(kafka);
  } finally {
    await kafka.close();
  }
}

export function openRunningLake({ s3 }: StackStatus): Lake {
  return openLake(
    s3.bucket,
    new S3Client({
      ...awsLimits,
      endpoint: s3.endpoint,
      region: s3.region,
      forcePathStyle: true,
      credentials: { accessKeyId: s3.accessKeyId, secretAccessKey: s3.secretAccessKey },
    }),
  );
}
