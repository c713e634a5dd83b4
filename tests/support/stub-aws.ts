import { vi } from 'vitest';
import type { AwsAccess } from '#localstack/stack/status.ts';

/**
 * Logs this process in to AWS by its environment, as code does that is told nothing else. Files share a process: who calls it calls
 * `vi.unstubAllEnvs` afterwards.
 */
export function stubAws({ region, accessKeyId, secretAccessKey }: AwsAccess): void {
  vi.stubEnv('AWS_REGION', region);
  vi.stubEnv('AWS_ACCESS_KEY_ID', accessKeyId);
  vi.stubEnv('AWS_SECRET_ACCESS_KEY', secretAccessKey);
}
