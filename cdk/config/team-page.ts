/** The page for a team, behind a load balancer of an environment's network. A domain can't be made up, so there is none by default. */
import { readFileSync } from 'node:fs';
import { z } from 'zod';

const text = z.string().min(1, 'expected some text');
const https = z.url({ protocol: /^https$/, error: 'expected an address that begins with https://' });
const group = z.string().min(1, 'expected the name of a group');

const schema = z.strictObject({
  /** Whoever owns it points it at the load balancer, whose name is an output. */
  domain: z
    .string()
    .regex(
      /^(?=.{4,253}$)([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]{2,}$/,
      'expected a host name in small letters, such as tillstream.example.org',
    ),
  /** Of the domain, in ACM, in the environment's region. */
  certificateArn: z
    .string()
    .regex(
      /^arn:aws[a-z-]*:acm:[a-z0-9-]+:\d{12}:certificate\/[\w-]+$/,
      'expected the ARN of a certificate in ACM, such as arn:aws:acm:us-east-1:123456789012:certificate/…',
    ),
  /** The provider's addresses, as its `/.well-known/openid-configuration` names them. */
  oidc: z.strictObject({
    issuer: https,
    authorizationEndpoint: https,
    tokenEndpoint: https,
    userInfoEndpoint: https,
    clientId: text,
    /** The name of a secret in Secrets Manager, whose whole text is the client's secret. */
    clientSecret: z.string().regex(/^[\w/+=.@-]+$/, 'expected the name of a secret in Secrets Manager'),
    scope: text.default('openid email'),
    /** Claims of the user info endpoint: the name that goes on record, and the groups. */
    claims: z.strictObject({ name: text.default('email'), groups: text.default('groups') }).prefault({}),
  }),
  /** Who may see figures, see records (personal data), change something. A right without a group is nobody's; any gives `look`. */
  groups: z.strictObject({ look: group, read: group.optional(), act: group.optional() }),
  /** Addresses from which the page can be reached; the network's own, if absent. A VPN has others. */
  from: z.array(z.cidrv4('expected addresses such as 10.0.0.0/8')).min(1).optional(),
});

/** As somebody writes it. */
export type GivenTeamPage = z.input<typeof schema>;
export type TeamPage = z.output<typeof schema>;

/** @throws naming all that is wrong */
export function teamPage(given: unknown): TeamPage {
  const { success, data, error } = schema.safeParse(given);
  if (success) return data;
  const problems = error.issues.map(({ path, message }) => ['console', ...path].join('.').concat(`: ${message}`));
  throw new Error(`The page for a team can't be made as it is set. ${problems.join('; ')}`);
}

/** @param file JSON, of `-c console=<file>` */
export const teamPageIn = (file: string): TeamPage => teamPage(JSON.parse(readFileSync(file, 'utf8')));
