/** Called by Secrets Manager, four times for each rotation of a role's secret. */
import { databaseConfiguration } from '#adapters/configuration.ts';
import { observed } from '#lambda/observability.ts';
import { readRotation } from './request.ts';
import { rotate } from './rotate.ts';

const database = databaseConfiguration();

export const handler = observed(async (event: unknown, { deadline, logger }) => {
  const rotation = readRotation(event);
  await rotate(database, rotation, deadline);
  logger.info('rotation', { step: rotation.step, secret: rotation.secretId });
});
