/**
 * Who asks, as an Application Load Balancer says it after a login by OIDC: in `x-amzn-oidc-data`, a token that it signs by ES256 for each
 * request (https://docs.aws.amazon.com/elasticloadbalancing/latest/application/listener-authenticate-users.html).
 *
 * Whoever can invoke the function can send any header, so the header counts only if the key of this region's load balancers signed it, and
 * for our load balancer: another account's has a key of the same region.
 */
import { createPublicKey, type KeyObject, verify } from 'node:crypto';
import { z } from 'zod';
import type { Right, Session } from '../api.ts';
import type { Login } from './login.ts';
import { Refusal } from './refusal.ts';

export interface OidcOptions {
  /** Where the region's public keys are: `https://public-keys.auth.elb.us-east-1.amazonaws.com`. */
  readonly keys: string;
  /** Our load balancer's ARN. */
  readonly signer: string;
  readonly issuer: string;
  readonly clientId: string;
  /** Claims of the user info endpoint: who it is, for the record, and in which groups. */
  readonly claims: { readonly name: string; readonly groups: string };
  readonly groups: Groups;
  readonly session: Omit<Session, 'by' | 'byIsProved' | 'may'>;
  /** Milliseconds since 1970. */
  readonly now?: () => number;
}

/** The group that each right takes; one that is absent nobody has. Whoever has any may look. */
export type Groups = { readonly [right in Right]?: string | undefined };

const headerSchema = z.object({
  alg: z.literal('ES256'),
  /** It becomes a part of an address. */
  kid: z.string().regex(/^[\w-]{1,64}$/),
  signer: z.string(),
  iss: z.string(),
  client: z.string(),
  exp: z.coerce.number(),
});

const claimsSchema = z.looseObject({ sub: z.string().min(1) });

/** Clocks of AWS's machines differ by little. */
const LEEWAY_MS = 30_000;

export function byOidc(options: OidcOptions): Login {
  const { claims: named, groups, session, now = Date.now } = options;
  const keyOf = publicKeys(options.keys);
  return async (headers) => {
    const claims = await claimsOf(headers.get('x-amzn-oidc-data'), options, keyOf, now());
    const may = rightsOf(claims[named.groups], groups);
    const name = claims[named.name];
    const by = typeof name === 'string' && name.trim() !== '' ? name : claims.sub;
    if (may.length > 0) return { ...session, by, byIsProved: true, may };
    throw new Refusal(403, 'no_group', `${by} is in none of the groups that may use this page.`, {
      hint: 'Whoever looks after the logins of your company can change that.',
    });
  };
}

/** @throws Refusal 401 unless our load balancer signed it, a moment ago */
async function claimsOf(
  token: string | null,
  { signer, issuer, clientId }: OidcOptions,
  keyOf: (kid: string) => Promise<KeyObject>,
  now: number,
): Promise<z.output<typeof claimsSchema>> {
  if (!token) throw nobody('The request has no login.');
  const [header = '', payload = '', signature = '', ...more] = token.split('.');
  const head = parse(headerSchema, header);
  if (!head || more.length > 0) throw nobody('The login is no token of a load balancer.');
  // Before its key is fetched: what can't be ours needs none.
  if (head.signer !== signer) throw nobody('Another load balancer signed the login.');
  if (head.client !== clientId || head.iss !== issuer) throw nobody('The login is for another page.');
  if (head.exp * 1_000 + LEEWAY_MS < now) throw nobody('The login has expired.');
  const key = { key: await keyOf(head.kid), dsaEncoding: 'ieee-p1363' } as const;
  // The load balancer pads the parts by `=`, and signs them so.
  const isSigned = verify('sha256', Buffer.from(`${header}.${payload}`), key, Buffer.from(signature, 'base64url'));
  if (!isSigned) throw nobody('The login’s signature is wrong.');
  const claims = parse(claimsSchema, payload);
  if (!claims) throw nobody('The login does not say who it is.');
  return claims;
}

/** A right for each group that the claim has, by its whole name: text that holds a group's name is not that group. */
function rightsOf(claim: unknown, groups: Groups): readonly Right[] {
  const theirs: readonly unknown[] = Array.isArray(claim) ? claim : [claim];
  const rights = (['look', 'read', 'act'] as const).filter((right) => groups[right] && theirs.includes(groups[right]));
  return rights.length === 0 || rights.includes('look') ? rights : ['look', ...rights];
}

const ANSWERS_WITHIN_MS = 3_000;
/** A region's keys change seldom. */
const MOST_KEYS = 20;

/** @returns the key of that id; of one that can't be had, whoever asks next tries again */
function publicKeys(address: string): (kid: string) => Promise<KeyObject> {
  const kept = new Map<string, Promise<KeyObject>>();
  return (kid) => {
    const known = kept.get(kid);
    if (known) return known;
    const [oldest] = kept.keys();
    if (kept.size >= MOST_KEYS && oldest !== undefined) kept.delete(oldest);
    const key = fetchKey(`${address}/${kid}`);
    kept.set(kid, key);
    key.catch(() => kept.delete(kid));
    return key;
  };
}

async function fetchKey(address: string): Promise<KeyObject> {
  const unreachable = (cause: unknown) =>
    new Refusal(503, 'unavailable', 'The key that proves logins can’t be fetched.', { cause });
  const signal = AbortSignal.timeout(ANSWERS_WITHIN_MS);
  const response = await fetch(address, { signal, redirect: 'error' }).catch((cause) => {
    throw unreachable(cause);
  });
  if (response.status >= 500) throw unreachable(response.status);
  if (!response.ok) throw nobody('The login’s key is none of this region’s load balancers.');
  const text = await response.text().catch((cause) => {
    throw unreachable(cause);
  });
  try {
    const key = createPublicKey(text);
    if (key.asymmetricKeyDetails?.namedCurve === 'prime256v1') return key;
  } catch (cause) {
    throw unreachable(cause);
  }
  throw nobody('The login’s key is of another kind.');
}

function parse<Schema extends z.ZodType>(schema: Schema, part: string): z.output<Schema> | undefined {
  try {
    return schema.parse(JSON.parse(Buffer.from(part, 'base64url').toString()));
  } catch {
    return undefined;
  }
}

const nobody = (message: string): Refusal =>
  new Refusal(401, 'no_login', message, { hint: 'Load the page again, which leads to the login.' });
