/** The backbone as the page's function reaches it: it reads the database as role `console`, and changes something only by other functions. */
import { LambdaClient } from '@aws-sdk/client-lambda';
import { invocationLimits } from '#adapters/aws.ts';
import {
  dagIntervals,
  databaseConfiguration,
  kafkaConfiguration,
  lakeBucket,
  required,
} from '#adapters/configuration.ts';
import { invokeFunction } from '#adapters/invoke-function.ts';
import { kafkaOfInvocation } from '#adapters/kafka/invocation.ts';
import { openLake } from '#adapters/lake/index.ts';
import { connect } from '#adapters/postgres/index.ts';
import type { Backbone } from '#operations/backbone.ts';
import type { Looked } from '#operations/pulse/look.ts';
import { Refusal } from '../server/refusal.ts';

/** Of each instance; they share what the role `console` may have. */
const CONNECTIONS = 2;
/** Less than the page waits; nothing goes on once it has its answer. */
const PATIENCE_MS = 15_000;
/** As long as the load balancer waits (cdk/stacks/page.ts), less what the answer needs. */
const ANSWERS_WITHIN_SECONDS = 20;

export interface Opened {
  readonly backbone: Backbone;
  /** What its pulse looks at. */
  readonly looked: Looked;
  /** At the end of each invocation: the broker may close a connection that sleeps until the next. */
  closeKafka(): Promise<void>;
}

export function openBackbone(): Opened {
  const database = databaseConfiguration();
  const kafkaAccess = kafkaConfiguration();
  const pool = connect(database, CONNECTIONS);
  const { kafka, closeKafka } = kafkaOfInvocation(kafkaAccess);
  return {
    backbone: { pool, kafka, lake: openLake(lakeBucket()), invoke: invokerOf(required('FUNCTION_PREFIX')) },
    looked: {
      ...{ pool, kafka, patienceMs: PATIENCE_MS },
      services: {
        postgres: { name: 'PostgreSQL', address: `${database.host}:${database.port}` },
        kafka: { name: 'Kafka', address: kafkaAccess.bootstrapServers },
      },
      intervals: dagIntervals(),
    },
    closeKafka,
  };
}

/** A call that fails for lack of time has its effect all the same, and each function has it once. */
function invokerOf(prefix: string): Backbone['invoke'] {
  const client = new LambdaClient({ maxAttempts: 1, requestHandler: invocationLimits(ANSWERS_WITHIN_SECONDS) });
  return <Result>(name: string, payload: object | Uint8Array): Promise<Result> => {
    const of = `${prefix}-${name}`;
    return invokeFunction<Result>(client, of, payload).catch(saysThatItGoesOn(of));
  };
}

/** It was called all the same: who takes it for failed would call it again, beside itself. */
export const saysThatItGoesOn =
  (name: string) =>
  (cause: unknown): never => {
    if ((cause as Error).name !== 'TimeoutError') throw cause;
    throw new Refusal(503, 'goes_on', `${name} takes longer than this page can wait.`, {
      hint: 'It goes on: look later for what came of it, and don’t begin it again.',
      cause,
    });
  };
