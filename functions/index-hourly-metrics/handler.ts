/** Called by the Airflow DAG process_kafka_to_postgres with what request.ts describes. */
import { databaseConfiguration, searchConfiguration } from '#adapters/configuration.ts';
import { connect } from '#adapters/postgres/index.ts';
import { connectSearch } from '#adapters/search/index.ts';
import { observed } from '#lambda/observability.ts';
import { indexMetrics } from './index-metrics.ts';
import { readRequest } from './request.ts';

const pool = connect(databaseConfiguration());
const where = searchConfiguration();

export const handler = observed(async (payload: unknown, { count, logger, signal, deadline }) => {
  const { full } = readRequest(payload);
  const search = await connectSearch(where);
  try {
    const result = await indexMetrics(pool, search, { full, deadline, signal });
    logger.info('indexed', { ...result });
    if (result.lifecycle === false)
      logger.warn('this Elasticsearch has no index lifecycle management: no policy was applied');
    count('HoursIndexed', result.indexed);
    count('HoursDeleted', result.deleted);
    if (result.unexpected !== undefined) count('HoursDiffering', result.unexpected);
    return result;
  } finally {
    await search.close();
  }
});
