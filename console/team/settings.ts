/** What cdk/stacks/page.ts tells the page's function about its load balancer and logins. */
import { z } from 'zod';
import { required } from '#adapters/configuration.ts';
import type { OidcOptions } from '../server/oidc.ts';

const group = z.string().min(1);

const loginSchema = z.strictObject({
  issuer: z.string(),
  clientId: z.string(),
  claims: z.strictObject({ name: z.string(), groups: z.string() }),
  groups: z.strictObject({ look: group, read: group.optional(), act: group.optional() }),
});

export interface TeamSettings {
  /** Such as tillstream.example.org. */
  readonly domain: string;
  readonly environment: string;
  readonly version: string;
  readonly login: Omit<OidcOptions, 'session' | 'now'>;
}

/** @throws if a variable is missing, or LOGIN is not what it should be */
export const teamSettings = (env: NodeJS.ProcessEnv = process.env): TeamSettings => ({
  domain: required('DOMAIN', env),
  environment: required('TILLSTREAM_ENVIRONMENT', env),
  version: required('TILLSTREAM_VERSION', env),
  login: {
    keys: required('LOGIN_KEYS', env),
    signer: required('LOAD_BALANCER', env),
    ...loginSchema.parse(JSON.parse(required('LOGIN', env))),
  },
});
