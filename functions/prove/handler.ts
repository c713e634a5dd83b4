/** Airflow every hour, the CLI and the console: `{"depth": "objects", "settled": false}` → the proof. */
import { z } from 'zod';
import { databaseConfiguration, lakeBucket, required } from '#adapters/configuration.ts';
import { topicOffsets } from '#adapters/kafka-offsets.ts';
import { openLake } from '#adapters/lake.ts';
import { observed } from '#adapters/observability.ts';
import { connect } from '#adapters/postgres.ts';
import { prove } from './prove.ts';

const request = z.object({
  depth: z.enum(['books', 'objects', 'rows']).default('objects'),
  settled: z.boolean().default(false),
});

const sources = {
  pool: connect(databaseConfiguration()),
  lake: openLake(lakeBucket()),
  offsets: (topic: string) => topicOffsets(required('KAFKA_BOOTSTRAP_SERVERS'), topic),
};

export const handler = observed(async (event: unknown, { logger, count }) => {
  const proof = await prove(sources, request.parse(event ?? {}));
  count('ProofUnbalanced', proof.balanced ? 0 : 1);
  for (const check of proof.checks) if (!check.balanced) logger.error('not balanced', { check });
  return proof;
});
