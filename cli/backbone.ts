/** The stack running on this machine as a backbone, for as long as a command works with it. */
import { S3Client } from '@aws-sdk/client-s3';
import { airflowClient } from '#adapters/airflow.ts';
import { awsLimits } from '#adapters/aws.ts';
import type { KafkaConfiguration } from '#adapters/configuration.ts';
import { connectKafka, type KafkaConnection } from '#adapters/kafka/index.ts';
import { type Lake, openLake } from '#adapters/lake/index.ts';
import { openPool, type Pool } from '#adapters/postgres/index.ts';
import type { StackStatus } from '#localstack/stack/status.ts';
import type { Backbone } from '#operations/backbone.ts';
import { accessOf } from './access.ts';
import type { Addresses } from './addresses.ts';
import { UserError } from './command.ts';
import { configured } from './configuration.ts';
import { chosenEnvironment, environmentBackbone } from './environment.ts';
import { functionsOf } from './invoke.ts';
import { runningStack } from './running-stack.ts';

export interface OpenBackbone extends Backbone {
  /** Never fails: what ends without an answer has ended too. */
  close(): Promise<void>;
}

/** @param connections at most */
export function poolOf({ postgres }: Pick<Addresses, 'postgres'>, connections: number): Pool {
  const { host, port, database, user, password, ssl } = postgres;
  return openPool({ host, port, database, user, password, ...(ssl && { ssl }), max: connections });
}

/**
 * Nothing is connected before it is asked.
 *
 * @param connections to the database at most
 */
export function openBackbone(stack: Addresses, connections = 2): OpenBackbone {
  const pool = poolOf(stack, connections);
  let kafka: Promise<KafkaConnection> | undefined;
  return {
    pool,
    kafka() {
      kafka ??= openKafka(stack.kafka).catch((error: unknown) => {
        kafka = undefined;
        throw error;
      });
      return kafka;
    },
    lake: openLakeOf(stack),
    invoke: functionsOf(stack),
    airflow: stack.airflow && airflowClient(stack.airflow),
    lateAlert: lateAlert(),
    access: accessOf(stack),
    async close() {
      await Promise.allSettled([pool.end(), kafka?.then((connection) => connection.close())]);
    },
  };
}

/**
 * The environment's that was chosen, else the stack's of this home.
 *
 * @param stack another one
 * @throws UserError if no stack is running
 */
export async function withBackbone<Result>(
  work: (backbone: Backbone) => Promise<Result>,
  stack?: StackStatus,
): Promise<Result> {
  const environment = chosenEnvironment();
  if (environment && !stack) return work(environmentBackbone(environment));
  const backbone = openBackbone(stack ?? (await runningStack()));
  try {
    return await work(backbone);
  } finally {
    await backbone.close();
  }
}

/** @throws UserError if Kafka does not answer */
export const openKafka = (kafka: KafkaConfiguration): Promise<KafkaConnection> =>
  connectKafka({ ...kafka, clientId: 'tillstream-cli' }).catch((cause: Error) => {
    throw new UserError(`Kafka doesn't answer at ${kafka.bootstrapServers}: ${cause.message}`, { cause });
  });

function lateAlert(): NonNullable<Backbone['lateAlert']> {
  const { values } = configured('local');
  return { ratio: values['late.alert_ratio'], count: values['late.alert_count'] };
}

function openLakeOf({ s3 }: Pick<StackStatus, 's3'>): Lake {
  const { bucket, endpoint, region, accessKeyId, secretAccessKey } = s3;
  const credentials = { accessKeyId, secretAccessKey };
  return openLake(bucket, new S3Client({ ...awsLimits, endpoint, region, forcePathStyle: true, credentials }));
}
