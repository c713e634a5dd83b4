/** A deployment that runs already, here or in an account: what a client of it can reach, and so can break. */
import {
  GetFunctionConfigurationCommand,
  LambdaClient,
  UpdateFunctionConfigurationCommand,
  waitUntilFunctionUpdated,
} from '@aws-sdk/client-lambda';
import { awsLimits } from '#adapters/aws.ts';
import { databaseConfiguration, kafkaConfiguration, lakeBucket } from '#adapters/configuration.ts';
import { connectKafka } from '#adapters/kafka/index.ts';
import { type Lake, openLake } from '#adapters/lake/index.ts';
import { connect } from '#adapters/postgres/index.ts';
import type { FunctionName } from '#cdk/config/functions.ts';
import { functionNamed, functionPrefix } from '#cdk/config/names.ts';
import { invokeAs } from '#cli/invoke.ts';
import { runningStack } from '#cli/running-stack.ts';
import { scheduledJobs } from '../support/scheduled-jobs.ts';
import { persist } from './cannot-strike.ts';
import type { Deployment } from './fault.ts';

export interface OpenDeployment extends Deployment {
  readonly lake: Lake;
  close(): Promise<void>;
}

/**
 * Its functions say by their variables where Kafka, PostgreSQL and the lake are. Those must be reachable from here, and the
 * credentials of this process must suffice (docs/faults.md).
 *
 * @param environment as in the names of its functions, such as "staging"; "local" is what `npm start` runs
 * @throws if there is no such deployment, or a part of it cannot be reached
 */
export async function openDeployment(environment: string): Promise<OpenDeployment> {
  if (environment === 'local') useRunningStack(await runningStack());
  const client = new LambdaClient(awsLimits);
  const configurationOf = (name: FunctionName) =>
    client
      .send(new GetFunctionConfigurationCommand({ FunctionName: functionNamed(environment, name) }))
      .catch((cause: Error) => {
        throw new Error(`Expected a deployment named ${environment}, its functions don't answer: ${cause.message}`, {
          cause,
        });
      });
  const variablesOf = async (name: FunctionName) => ({ ...(await configurationOf(name)).Environment?.Variables });

  const asProof = await variablesOf('prove');
  const kafkaAt = kafkaConfiguration(asProof);
  // As the database's owner.
  const pool = connect(databaseConfiguration(await variablesOf('migrate-database')));
  const lake = openLake(lakeBucket(asProof));
  // Last of all: it holds connections from now on, the pool none yet.
  const kafka = await connectKafka({ ...kafkaAt, clientId: 'tillstream-faults' });

  async function describe(name: FunctionName, Description: string | undefined): Promise<void> {
    const FunctionName = functionNamed(environment, name);
    await client.send(new UpdateFunctionConfigurationCommand({ FunctionName, Description }));
    // The other one, V2, asks for the function's code too, which takes another permission.
    await waitUntilFunctionUpdated({ client, maxWaitTime: 120 }, { FunctionName });
  }
  const call = <Result>(name: FunctionName, payload: object | Uint8Array): Promise<Result> =>
    invokeAs({}, functionPrefix(environment), name, payload);

  return {
    kafkaAt,
    kafka,
    pool,
    lake,
    call,
    ...scheduledJobs(call),
    async configure(name, { Description }) {
      const before = (await configurationOf(name)).Description;
      try {
        await describe(name, Description);
      } finally {
        // Without a word about it, the new one would stay.
        await persist(`${name} has its description again`, () => describe(name, before ?? ''));
      }
    },
    async close() {
      await Promise.all([kafka.close(), pool.end()]);
    },
  };
}

/** The AWS clients of this process then reach the stack on this machine. */
function useRunningStack({ lambda }: Awaited<ReturnType<typeof runningStack>>): void {
  process.env.AWS_ENDPOINT_URL = lambda.endpoint;
  process.env.AWS_REGION = lambda.region;
  process.env.AWS_ACCESS_KEY_ID = lambda.accessKeyId;
  process.env.AWS_SECRET_ACCESS_KEY = lambda.secretAccessKey;
}
