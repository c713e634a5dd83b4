/** Called by the Airflow DAG daily_inventory_report and by `npx tillstream report` with what request.ts describes. */
import { databaseConfiguration, lakeBucket } from '#adapters/configuration.ts';
import { openLake } from '#adapters/lake/index.ts';
import { connect } from '#adapters/postgres/index.ts';
import { observed } from '#lambda/observability.ts';
import { build } from './build.ts';
import { exportReport } from './export.ts';
import { readRequest } from './request.ts';

const pool = connect(databaseConfiguration());
const lake = openLake(lakeBucket());

export const handler = observed(async (payload: unknown, { deadline, count, logger }) => {
  const { action, date } = readRequest(payload);
  if (action === 'export') return exportReport(pool, lake, date, deadline);

  const summary = await build(pool, date, deadline);
  logger.info('built', { ...summary });
  count('ProductsLowOnStock', summary.low_stock_products);
  count('ProductsOversold', summary.oversold_products);
  return summary;
});
