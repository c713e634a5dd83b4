/** Called by the DAGs, a task for each check; request.ts says with what. Fails with the rows that are wrong. */
import { databaseConfiguration } from '#adapters/configuration.ts';
import { connect } from '#adapters/postgres/index.ts';
import { observed } from '#lambda/observability.ts';
import { check } from './check.ts';
import { failureOf } from './failure.ts';
import { readRequest } from './request.ts';

const pool = connect(databaseConfiguration());

export const handler = observed(async (payload: unknown, { deadline, logger, count }) => {
  const request = readRequest(payload);
  const { meaning, rows } = await check(pool, request, deadline);
  const passed = rows.length === 0;
  count('FailedChecks', passed ? 0 : 1);
  if (!passed) throw failureOf(request, meaning, rows);
  logger.info('passed', { ...request });
  return { check: request.check, passed, rows };
});
