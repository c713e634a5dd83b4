/** The backbone as the page's function reaches it: it reads the database as role `console`, and changes something only by other functions. */
import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { invocationLimits } from '#adapters/aws.ts';
import { databaseConfiguration, kafkaConfiguration, lakeBucket, required } from '#adapters/configuration.ts';
import { connectKafka, type KafkaConnection } from '#adapters/kafka/index.ts';
import { openLake } from '#adapters/lake/index.ts';
import { connect } from '#adapters/postgres/index.ts';
import type { Backbone } from '#operations/backbone.ts';
import type { Looked } from '#operations/pulse/look.ts';

const CONNECTIONS = 4;
/** As long as the load balancer waits (cdk/stacks/page.ts), less what the answer needs. */
const ANSWERS_WITHIN_SECONDS = 20;

/** @returns the backbone, and what its pulse looks at */
export function openBackbone(): { readonly backbone: Backbone; readonly looked: Looked } {
  const database = databaseConfiguration();
  const kafkaAccess = kafkaConfiguration();
  const pool = connect(database, CONNECTIONS);
  let connection: Promise<KafkaConnection> | undefined;
  const kafka = (): Promise<KafkaConnection> => {
    // The role may read in groups that begin with this name.
    connection ??= connectKafka({ ...kafkaAccess, clientId: 'tillstream-offsets' }).catch((error: unknown) => {
      connection = undefined;
      throw error;
    });
    return connection;
  };
  return {
    backbone: { pool, kafka, lake: openLake(lakeBucket()), invoke: invokerOf(required('FUNCTION_PREFIX')) },
    looked: {
      ...{ pool, kafka },
      services: {
        postgres: { name: 'PostgreSQL', address: `${database.host}:${database.port}` },
        kafka: { name: 'Kafka', address: kafkaAccess.bootstrapServers },
      },
      processEveryMinutes: Number(required('PROCESS_EVERY_MINUTES')),
    },
  };
}

/** A call that fails for lack of time has its effect all the same, and each function has it once. */
function invokerOf(prefix: string): Backbone['invoke'] {
  const client = new LambdaClient({ maxAttempts: 1, requestHandler: invocationLimits(ANSWERS_WITHIN_SECONDS) });
  return async <Result>(name: string, payload: object | Uint8Array): Promise<Result> => {
    const FunctionName = `${prefix}-${name}`;
    const Payload = payload instanceof Uint8Array ? payload : JSON.stringify(payload);
    const answer = await client.send(new InvokeCommand({ FunctionName, Payload }));
    const result = JSON.parse(answer.Payload?.transformToString() ?? 'null');
    if (answer.FunctionError)
      throw new Error(`${FunctionName} failed: ${result?.errorMessage ?? answer.FunctionError}`);
    return result as Result;
  };
}
