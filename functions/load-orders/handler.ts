/** Called by the Airflow DAG orders_minio_to_postgres with what request.ts describes. */
import { databaseConfiguration, kafkaConfiguration, lakeBucket } from '#adapters/configuration.ts';
import { kafkaLookup } from '#adapters/kafka/lookup.ts';
import { openLake } from '#adapters/lake/index.ts';
import { connect } from '#adapters/postgres/index.ts';
import { relayCaller } from '#adapters/relay.ts';
import { observed } from '#lambda/observability.ts';
import { listNewFiles } from './list.ts';
import { load } from './load.ts';
import { progress } from './progress.ts';
import { readRequest } from './request.ts';

const pool = connect(databaseConfiguration());
const lake = openLake(lakeBucket());
const kafka = kafkaLookup(kafkaConfiguration());
const callRelay = relayCaller();

export const handler = observed(async (payload: unknown, { deadline, count, logger }) => {
  const request = readRequest(payload);
  if (request.action === 'list') return listNewFiles(pool);
  if (request.action === 'progress') return progress(pool);

  const result = await load({ pool, lake, kafka, deadline }, request.delivery_ids, request.run_id);
  logger.info('loaded', { run_id: request.run_id, ...result });
  count('OrdersInserted', result.inserted);
  count('OrdersDuplicate', result.duplicates);
  count('OrdersConflicting', result.conflicts);
  // The earlier load of what is already loaded may have crashed after its commit, before calling the relay.
  if (result.conflicts + result.already_loaded.length > 0) await callRelay();
  return result;
});
