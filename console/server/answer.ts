/** What the server answers: data as JSON with their time and sources, a refusal, or a stream; each with the headers that protect it. */
import type { Sources } from '#operations/pulse.ts';
import type { Answer, Failure } from '../api.ts';
import { Refusal } from './refusal.ts';

/** No script, style, image or address but our own; nobody may frame the page; nothing becomes markup that was text. */
const POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self' data:",
  "connect-src 'self'",
  "frame-ancestors 'none'",
  "base-uri 'none'",
  "form-action 'none'",
  "require-trusted-types-for 'script'",
  "trusted-types 'none'",
].join('; ');

/** Of every response, whatever it says. */
export const protection: Readonly<Record<string, string>> = {
  'content-security-policy': POLICY,
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
};

export function protect(response: Response): Response {
  for (const [name, value] of Object.entries(protection)) response.headers.set(name, value);
  return response;
}

/** Below what a load balancer takes from a Lambda, 1 MB. */
const LARGEST_ANSWER = 900_000;

/** @throws Refusal 400 if it is larger than 900 KB, which a smaller `limit` prevents */
export function answer<Data>(data: Data, sources: Sources | null): Response {
  const body: Answer<Data> = { at: new Date().toISOString(), data, sources };
  const bytes = Buffer.from(JSON.stringify(body));
  if (bytes.length > LARGEST_ANSWER)
    throw new Refusal(400, 'answer_too_large', `The answer has ${bytes.length} bytes, more than ${LARGEST_ANSWER}.`, {
      hint: 'Ask for less, such as fewer rows by limit where there is one.',
    });
  return json(200, bytes);
}

export function refuse({ status, code, message, hint }: Refusal): Response {
  const body: Failure = { error: { code, message, ...(hint !== undefined && { hint }) } };
  return json(status, Buffer.from(JSON.stringify(body)));
}

/** Lines of JSON, each as soon as it is there: the progress of an act. It stops when the page goes. */
export function lines(values: AsyncIterable<unknown>): Response {
  const encoded = async function* () {
    for await (const value of values) yield Buffer.from(`${JSON.stringify(value)}\n`);
  };
  return new Response(ReadableStream.from(encoded()), { headers: live('application/x-ndjson') });
}

/** Headers of what is made for this one request. */
export const live = (type: string): Record<string, string> => ({ 'content-type': type, 'cache-control': 'no-store' });

const json = (status: number, body: Buffer<ArrayBuffer>): Response =>
  new Response(body, { status, headers: { ...live('application/json'), 'content-length': String(body.length) } });
