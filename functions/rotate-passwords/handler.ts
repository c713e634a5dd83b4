/** Called by Secrets Manager, four times for each rotation of a role's secret. */
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { databaseConfiguration } from '#adapters/configuration.ts';
import { observed } from '#lambda/observability.ts';
import { readRotation } from './request.ts';
import { rotate } from './rotate.ts';

const database = databaseConfiguration();
const secrets = new SecretsManagerClient();

export const handler = observed(async (event: unknown, { logger }) => {
  const rotation = readRotation(event);
  await rotate({ database, secrets }, rotation);
  logger.info('rotation', { step: rotation.step, secret: rotation.secretId });
});
