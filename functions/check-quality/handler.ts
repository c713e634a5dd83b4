/** Called by the DAGs; request.ts says with what. Fails with the rows that are wrong. */
import { databaseConfiguration } from '#adapters/configuration.ts';
import { connect } from '#adapters/postgres/index.ts';
import { observed } from '#lambda/observability.ts';
import { check } from './check.ts';
import { failureOf } from './failure.ts';
import { readRequest } from './request.ts';

export interface Passed {
  readonly suite: string;
  readonly checks: readonly string[];
  readonly passed: true;
}

const pool = connect(databaseConfiguration());

export const handler = observed(async (payload: unknown, { deadline, logger, count }): Promise<Passed> => {
  const request = readRequest(payload);
  const results = await check(pool, request, deadline);
  const failed = results.filter(({ rows }) => rows.length > 0);
  // Counted for whole suites only: a check that passed must not end the alarm over another one.
  if (request.check === undefined) count('FailedChecks', failed.length);
  if (failed.length > 0) throw failureOf(request.suite, failed);
  logger.info('passed', { ...request });
  return { suite: request.suite, checks: results.map(({ name }) => name), passed: true };
});
