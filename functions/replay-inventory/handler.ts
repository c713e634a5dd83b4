/** Called by `npx tillstream replay inventory`; request.ts says with what. */
import { databaseConfiguration } from '#adapters/configuration.ts';
import { connect } from '#adapters/postgres/index.ts';
import { observed } from '#lambda/observability.ts';
import { replayInventory } from './replay-inventory.ts';
import { readRequest } from './request.ts';

const pool = connect(databaseConfiguration());

export const handler = observed(async (payload: unknown, { deadline, count, logger }) => {
  const { dry_run: dryRun } = readRequest(payload);
  const result = await replayInventory(pool, { dryRun, deadline });
  logger.info(dryRun ? 'would correct the stock' : 'corrected the stock', { ...result });
  if (!dryRun) count('QuantitiesCorrected', result.differing);
  return result;
});
