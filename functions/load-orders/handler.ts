/** Called by the Airflow DAG orders_minio_to_postgres; request.ts says with what. */
import { databaseConfiguration, lakeBucket } from '#adapters/configuration.ts';
import { openLake } from '#adapters/lake.ts';
import { observed } from '#adapters/observability.ts';
import { connect } from '#adapters/postgres.ts';
import { relayCaller } from '#adapters/relay.ts';
import { listNewFiles } from './list.ts';
import { load } from './load.ts';
import { progress } from './progress.ts';
import { readRequest } from './request.ts';

/** What a load may not use of the function's time: the rollback, the logs and the answer need it. */
const RESERVED_MS = 5_000;

const pool = connect(databaseConfiguration());
const lake = openLake(lakeBucket());
const callRelay = relayCaller();

export const handler = observed(async (payload: unknown, { context, count, logger }) => {
  const request = readRequest(payload);
  if (request.action === 'list') return listNewFiles(pool);
  if (request.action === 'progress') return progress(pool);

  const timeLeft = context.getRemainingTimeInMillis() - RESERVED_MS;
  const result = await load({ pool, lake, timeLeft }, request.delivery_ids, request.run_id);
  logger.info('loaded', { run_id: request.run_id, ...result });
  count('OrdersInserted', result.inserted);
  count('OrdersDuplicate', result.duplicates);
  count('OrdersConflicting', result.conflicts);
  // Whoever loaded what is already loaded may have ended before it asked.
  if (result.conflicts + result.already_loaded.length > 0) await callRelay();
  return result;
});
