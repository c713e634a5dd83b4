/** Called by `npx tillstream redrive` with what request.ts describes. relay-outbox then publishes. */
import { databaseConfiguration } from '#adapters/configuration.ts';
import { connect } from '#adapters/postgres/index.ts';
import { observed } from '#lambda/observability.ts';
import { redrive } from './redrive.ts';
import { readRequest } from './request.ts';

const pool = connect(databaseConfiguration());

export const handler = observed(async (payload: unknown, { deadline, count, logger }) => {
  const request = readRequest(payload);
  const result = await redrive(pool, request, deadline);
  logger.info(request.dry_run ? 'would redrive' : 'redriven', { redriven_by: request.redriven_by, ...result });
  if (!request.dry_run) count('DeadLettersRedriven', result.redriven.length);
  return result;
});
