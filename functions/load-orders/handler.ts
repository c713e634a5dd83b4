/** Called by archive-orders as objects arrive, and by the Airflow DAG orders_minio_to_postgres, with what request.ts describes. */

import { relayCaller } from '#adapters/call-later.ts';
import { databaseConfiguration, kafkaConfiguration, lakeBucket } from '#adapters/configuration.ts';
import { kafkaLookup } from '#adapters/kafka/lookup.ts';
import { openLake } from '#adapters/lake/index.ts';
import { connect } from '#adapters/postgres/index.ts';
import { observed } from '#lambda/observability.ts';
import { backfill } from './backfill.ts';
import { listNewFiles } from './list.ts';
import { type LoadResult, load } from './load.ts';
import { loadNew, ON_ARRIVAL } from './on-arrival.ts';
import { progress } from './progress.ts';
import { readRequest } from './request.ts';

const pool = connect(databaseConfiguration());
const lake = openLake(lakeBucket());
const kafka = kafkaLookup(kafkaConfiguration());
const callRelay = relayCaller();

export const handler = observed(async (payload: unknown, { deadline, count, logger }) => {
  const request = readRequest(payload);
  if (request.action === 'list') return listNewFiles(pool, deadline);
  if (request.action === 'progress') return progress(pool);
  if (request.action === 'backfill') return backfill({ pool, lake, deadline }, request);

  const stores = { pool, lake, kafka, deadline };
  const tell = async (runId: string, result: LoadResult) => {
    logger.info('loaded', { run_id: runId, ...result });
    count('OrdersInserted', result.inserted);
    count('OrdersDuplicate', result.duplicates);
    count('OrdersConflicting', result.conflicts);
    // The earlier load of what is already loaded may have crashed after its commit, before calling the relay.
    if (result.conflicts + result.already_loaded.length > 0) await callRelay();
  };
  if (request.action === 'load_new') return loadNew(stores, (result) => tell(ON_ARRIVAL, result));
  const result = await load(stores, request.delivery_ids, request.run_id);
  await tell(request.run_id, result);
  return result;
});
