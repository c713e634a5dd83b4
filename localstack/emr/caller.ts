/** Who may call the stand-in: what it is told to run runs as whoever started the stack. Pure. */
import { timingSafeEqual } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';
import { sha256, signature, uriEncode } from '#adapters/signature.ts';
import { ApiError } from './api.ts';

export interface Credentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
}

export interface Call {
  readonly method: string;
  /** Path and query, as they came. */
  readonly url: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: Uint8Array;
}

/** Browsers send at least one of them with whatever a page asks for; programs send none. */
const OF_BROWSERS = ['origin', 'referer', 'sec-fetch-site'] as const;

/**
 * A page can't set the type of a body without asking first, which is refused; and once its own name resolves to this machine
 * (DNS rebinding), its requests have that name as their host.
 *
 * @param hosts such as 127.0.0.1:8998
 * @throws ApiError if a web page may have made the request, by its headers
 */
export function refuseWebPages({ method, headers }: Omit<Call, 'body'>, hosts: readonly string[]): void {
  const page = OF_BROWSERS.find((name) => headers[name] !== undefined);
  if (page) throw denied(`a request of a program, got one of a web page, with ${page} ${headers[page]}`);
  if (!hosts.includes(headers.host ?? '')) throw denied(`host ${hosts.join(' or ')}, got ${headers.host ?? 'none'}`);
  const type = headers['content-type'];
  if (method === 'POST' && type !== 'application/json')
    throw new ApiError(415, 'ValidationException', `Expected content type application/json, got ${type ?? 'none'}`);
}

const AUTHORIZATION =
  /^AWS4-HMAC-SHA256 Credential=([^/,]+)\/([^,]+), *SignedHeaders=([^,]+), *Signature=([0-9a-f]{64})$/;

/**
 * The signature that every client of AWS sends anyway is the token, so callers need no setting but their credentials. Not
 * the access key alone: that of docker-compose.yml is MinIO's well-known user.
 *
 * @throws ApiError if it isn't signed with these credentials
 */
export function requireSignature({ method, url, headers, body }: Call, credentials: Credentials): void {
  const [, accessKeyId, scope = '', signedHeaders = '', given = ''] =
    AUTHORIZATION.exec(headers.authorization ?? '') ?? [];
  const time = String(headers['x-amz-date']);
  const [path = '', query = ''] = url.split('?', 2);
  const canonicalRequest = [
    method,
    path.split('/').map(uriEncode).join('/'),
    query.split('&').sort().join('&'),
    ...signedHeaders.split(';').map((name) => `${name}:${String(headers[name]).trim().replace(/ +/g, ' ')}`),
    '',
    signedHeaders,
    sha256(body),
  ].join('\n');
  const right = signature(credentials.secretAccessKey, time, scope, canonicalRequest);
  if (accessKeyId !== credentials.accessKeyId || !timingSafeEqual(Buffer.from(right), Buffer.from(given)))
    throw denied('a signature by the credentials of the stack, which `npx tillstream status --json` shows');
}

const denied = (expected: string) => new ApiError(403, 'AccessDeniedException', `Expected ${expected}`);
