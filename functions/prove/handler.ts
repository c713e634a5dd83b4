/** Called by the CLI and by Airflow; request.ts says with what. */
import {
  dagIntervals,
  databaseConfiguration,
  kafkaConfiguration,
  lakeBucket,
  searchConfiguration,
} from '#adapters/configuration.ts';
import { connectKafka, type ReadRange } from '#adapters/kafka/index.ts';
import { kafkaLookup } from '#adapters/kafka/lookup.ts';
import { openLake } from '#adapters/lake/index.ts';
import { connect } from '#adapters/postgres/index.ts';
import { HOURLY_METRICS, readHourlyMetrics } from '#adapters/search/hourly-metrics.ts';
import { connectSearch, type Search } from '#adapters/search/index.ts';
import { readUuidBehind } from '#adapters/search/own-index.ts';
import { observed } from '#lambda/observability.ts';
import { metricsOf } from './metrics.ts';
import { noteProof } from './note.ts';
import { proveAndClose } from './prove.ts';
import { readRequest } from './request.ts';

const pool = connect(databaseConfiguration());
const lake = openLake(lakeBucket());
const kafkaAccess = kafkaConfiguration();
const { skipped } = kafkaLookup(kafkaAccess);
const where = searchConfiguration();
const intervals = dagIntervals();

async function ask<Answer>(question: (search: Search) => Promise<Answer>): Promise<Answer> {
  const search = await connectSearch(where);
  try {
    return await question(search);
  } finally {
    await search.close();
  }
}

export const handler = observed(async (event: unknown, { deadline, signal, logger, count }) => {
  const options = readRequest(event);
  // The role may read in groups that begin with this name.
  const kafka = await connectKafka({ ...kafkaAccess, clientId: 'tillstream-offsets' });
  try {
    const sources = {
      pool,
      lake,
      offsets: kafka.offsets,
      records: (topic: string, ranges: ReadonlyMap<number, ReadRange>) => kafka.read(topic, ranges, { signal }),
      skipped,
      hourlyMetrics: () => ask(readHourlyMetrics),
      indexUuid: () => ask((search) => readUuidBehind(search, HOURLY_METRICS)),
      intervals,
    };
    const began = performance.now();
    const proof = await proveAndClose(sources, options, deadline, (cause) => {
      logger.error('nothing closed', cause);
    });
    // The proof is as good without.
    await noteProof(pool, proof, options, performance.now() - began, deadline).catch((cause: Error) => {
      logger.error('proof not noted', cause);
    });
    for (const [metric, value] of Object.entries(metricsOf(proof))) count(metric, value);
    for (const check of proof.checks) if (!check.balanced) logger.error('not balanced', { check });
    return proof;
  } finally {
    await kafka.close();
  }
});
