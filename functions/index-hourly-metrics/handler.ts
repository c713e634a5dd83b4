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
    if (result.replaces) logger.warn('the index was not as we make it and was replaced', { replaces: result.replaces });
    if (result.detached) logger.warn('other indices were taken from the alias', { detached: result.detached });
    count('HoursIndexed', result.indexed);
    count('HoursDeleted', result.deleted);
    if (result.unexpected !== undefined) count('HoursDiffering', result.unexpected);
    return result;
  } finally {
    await search.close();
  }
});
