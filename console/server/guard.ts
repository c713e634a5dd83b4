/**
 * Who may ask. A page of another site can reach this server through its visitor's browser, and a name of that site can be made to
 * resolve to 127.0.0.1 (DNS rebinding); so a request must name us, must come from our page, and must carry the key, which no other
 * page has: it is in no cookie, and the browser's storage is per origin.
 */
import { createHash, timingSafeEqual } from 'node:crypto';
import { Refusal } from './refusal.ts';

/** Such as http://127.0.0.1:8004: how browsers may know this server. */
export type Origin = string;

/** The request names this server, as browsers do by the address that they show. @throws Refusal 421 */
export function requireOurHost(headers: Headers, origins: readonly Origin[]): Origin {
  const host = headers.get('host') ?? '';
  const ours = origins.find((origin) => new URL(origin).host === host);
  if (ours) return ours;
  throw new Refusal(421, 'wrong_host', `Expected the host ${hostsOf(origins)}, got ${JSON.stringify(host)}.`, {
    hint: 'Open the link that npx tillstream console prints.',
  });
}

/** No page of another site sent the request. @throws Refusal 403 */
export function requireOurPage(headers: Headers, ours: Origin): void {
  const origin = headers.get('origin');
  if (origin !== null && origin !== ours)
    throw new Refusal(403, 'foreign_origin', `Expected a request of ${ours}, got one of ${JSON.stringify(origin)}.`);
  const site = headers.get('sec-fetch-site');
  if (site === null || site === 'same-origin' || site === 'none') return;
  throw new Refusal(403, 'foreign_site', `Expected a request of our own page, got one that is ${site}.`);
}

/** Somebody follows a link to the page, such as from a chat: no other page gets to see what is answered. */
export const isVisit = (headers: Headers): boolean =>
  headers.get('sec-fetch-mode') === 'navigate' && headers.get('sec-fetch-dest') === 'document';

const hostsOf = (origins: readonly Origin[]): string => origins.map((origin) => new URL(origin).host).join(' or ');

/** @throws Refusal 401; comparing takes as long whatever is wrong */
export function requireKey(headers: Headers, key: string): void {
  const [, given = ''] = /^Bearer ([\w-]+)$/i.exec(headers.get('authorization') ?? '') ?? [];
  if (timingSafeEqual(hash(given), hash(key))) return;
  throw new Refusal(401, 'wrong_key', given ? 'This key is not the one of this run.' : 'The key is missing.', {
    hint: 'Each npm start has a new key: open the link that npx tillstream console prints.',
  });
}

/** Of one length, which timingSafeEqual needs. */
const hash = (text: string): Buffer => createHash('sha256').update(text).digest();

/** A form of another site can send text, never JSON. @throws Refusal 403 */
export function requireJson(headers: Headers): void {
  const type = headers.get('content-type') ?? '';
  if (/^application\/json\s*(;|$)/i.test(type)) return;
  throw new Refusal(403, 'not_json', `Expected content-type application/json, got ${JSON.stringify(type)}.`);
}

/** What an edited record may have; a larger one goes by `npx tillstream redrive`. */
const LARGEST_BODY = 1_000_000;

/** @throws Refusal 413 as soon as the body is too large, 400 if it isn't a JSON object */
export async function readBody(request: Request): Promise<Record<string, unknown>> {
  const parts: Uint8Array[] = [];
  let size = 0;
  for await (const part of request.body ?? []) {
    size += part.length;
    if (size > LARGEST_BODY)
      throw new Refusal(413, 'too_large', `Expected at most ${LARGEST_BODY} bytes, got more.`, {
        hint: 'Larger records go by npx tillstream redrive.',
      });
    parts.push(part);
  }
  const body = parse(Buffer.concat(parts).toString());
  if (typeof body === 'object' && body !== null && !Array.isArray(body)) return body as Record<string, unknown>;
  throw new Refusal(400, 'no_object', `Expected a JSON object, got ${Array.isArray(body) ? 'a list' : String(body)}.`);
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new Refusal(400, 'no_json', `Expected JSON: ${(cause as Error).message}`, { cause });
  }
}
