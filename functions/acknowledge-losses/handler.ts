/** Called by `npx tillstream losses acknowledge` with what request.ts describes. The proof reads the result. */
import { databaseConfiguration } from '#adapters/configuration.ts';
import { connect } from '#adapters/postgres/index.ts';
import { observed } from '#lambda/observability.ts';
import { acknowledge } from './acknowledge.ts';
import { readRequest } from './request.ts';

const pool = connect(databaseConfiguration());

export const handler = observed(async (payload: unknown, { deadline, count, logger }) => {
  const request = readRequest(payload);
  const result = await acknowledge(pool, request, deadline);
  const { acknowledged_by, reason, dry_run } = request;
  logger.info(dry_run ? 'would acknowledge' : 'acknowledged', { acknowledged_by, reason, ...result });
  if (!dry_run) count('LossesAcknowledged', result.acknowledged.length);
  return result;
});
