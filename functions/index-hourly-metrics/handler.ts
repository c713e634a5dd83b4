/** Called by the Airflow DAG process_kafka_to_postgres: `{}` → `Indexed` (index-metrics.ts). */
import { databaseConfiguration, searchConfiguration } from '#adapters/configuration.ts';
import { observed } from '#adapters/observability.ts';
import { connect } from '#adapters/postgres.ts';
import { connectSearch } from '#adapters/search.ts';
import { countDiffering, indexMetrics } from './index-metrics.ts';

/** What the work may not use of the function's time: the rollback, the logs and the answer need it. */
const RESERVED_MS = 5_000;

const pool = connect(databaseConfiguration());
const where = searchConfiguration();

export const handler = observed(async (_event: unknown, { context, count, logger, signal }) => {
  const search = await connectSearch(where);
  try {
    const timeLeft = context.getRemainingTimeInMillis() - RESERVED_MS;
    const result = await indexMetrics(pool, search, { timeLeft, signal });
    logger.info('indexed', { ...result });
    if (result.lifecycle === false) logger.warn('this Elasticsearch has no index lifecycles: no policy was applied');
    count('HoursIndexed', result.indexed);
    count('HoursDeleted', result.deleted);
    count('HoursDiffering', await countDiffering(pool, search));
    return result;
  } finally {
    await search.close();
  }
});
