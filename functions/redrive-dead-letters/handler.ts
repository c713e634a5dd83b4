/** Called by `npx tillstream redrive`; request.ts says with what. relay-outbox then publishes. */
import { databaseConfiguration } from '#adapters/configuration.ts';
import { observed } from '#adapters/observability.ts';
import { connect } from '#adapters/postgres.ts';
import { redrive } from './redrive.ts';
import { readRequest } from './request.ts';

const pool = connect(databaseConfiguration());

/** What the work may not use of the function's time: the rollback, the logs and the answer need it. */
const RESERVED_MS = 5_000;

export const handler = observed(async (payload: unknown, { context, count, logger }) => {
  const request = readRequest(payload);
  const deadline = Date.now() + context.getRemainingTimeInMillis() - RESERVED_MS;
  const result = await redrive(pool, request, deadline);
  logger.info(request.dry_run ? 'would redrive' : 'redriven', { redriven_by: request.redriven_by, ...result });
  if (!request.dry_run) count('DeadLettersRedriven', result.redriven.length);
  return result;
});
