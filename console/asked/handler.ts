/** Called by the command line and by the page of an engineer's machine, with the name of an operation and its arguments. Changes nothing. */
import { dagIntervals, databaseConfiguration, kafkaConfiguration, lakeBucket } from '#adapters/configuration.ts';
import { kafkaOfInvocation } from '#adapters/kafka/invocation.ts';
import { openLake } from '#adapters/lake/index.ts';
import { connect } from '#adapters/postgres/index.ts';
import { observed } from '#lambda/observability.ts';
import { answerTo } from '#operations/asking/answer.ts';
import { readingsOf } from '#operations/pulse/look.ts';

/** Of the function's 60 s: what is asked beside a look must have its answer before Lambda lets the process sleep. */
const PATIENCE_MS = 25_000;

const database = databaseConfiguration();
const pool = connect(database, 2);
const lake = openLake(lakeBucket());
const access = kafkaConfiguration();
const { kafka, closeKafka } = kafkaOfInvocation(access);

const readings = readingsOf({
  ...{ pool, kafka, patienceMs: PATIENCE_MS },
  services: {
    postgres: { name: 'PostgreSQL', address: `${database.host}:${database.port}` },
    kafka: { name: 'Kafka', address: access.bootstrapServers },
  },
  intervals: dagIntervals(),
});

/** Acts are calls of other functions, by whoever asks. */
const invoke = (name: string): Promise<never> => Promise.reject(new Error(`This function calls none, not ${name}.`));

export const handler = observed(async (payload: unknown, { logger }) => {
  const { operation } = Object(payload) as { readonly operation?: unknown };
  try {
    const answer = await answerTo({ pool, kafka, lake, invoke, readings }, payload);
    logger.info('asked', { operation, ...('refused' in answer && { refused: answer.refused }) });
    return answer;
  } finally {
    await closeKafka();
  }
});
