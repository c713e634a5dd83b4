/**
 * An app behind an Application Load Balancer: its events as the web's requests, responses as the load balancer takes them. Both are whole,
 * and have 1 MB at most (https://docs.aws.amazon.com/elasticloadbalancing/latest/application/lambda-functions.html).
 */
import { isUtf8 } from 'node:buffer';
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import type { ALBEvent, ALBResult } from 'aws-lambda';
import { protect, refuse } from './answer.ts';
import type { App } from './app.ts';
import { Refusal } from './refusal.ts';

/** The load balancer's limit for the answer as JSON. */
const LARGEST = 1_000_000;
/** Bytes of an answer that are read: more would never fit, however well it is packed. */
const MOST_READ = 20_000_000;
/** Below, packing saves no time. */
const WORTH_PACKING = 1_000;

/** Only this name leads here, and by TLS. */
const SECURE = { 'strict-transport-security': 'max-age=31536000' };

/** @param signal aborted when the answer must end, so that a search says how far it came */
export async function answerAlb(app: App, event: ALBEvent, signal: AbortSignal): Promise<ALBResult> {
  const request = requestOf(event, signal);
  const response = request instanceof Refusal ? protect(refuse(request)) : await app(request);
  const packs = !(request instanceof Refusal) && /\bgzip\b/.test(request.headers.get('accept-encoding') ?? '');
  const result = await resultOf(response, packs);
  if (Buffer.byteLength(JSON.stringify(result)) <= LARGEST) return result;
  return resultOf(protect(refuse(tooLarge())), packs);
}

function requestOf(event: ALBEvent, signal: AbortSignal): Request | Refusal {
  const { httpMethod: method, path, multiValueQueryStringParameters: query = {}, body, isBase64Encoded } = event;
  const headers = new Headers();
  try {
    // One that comes twice is joined to a value that no check accepts.
    for (const [name, values = []] of Object.entries(event.multiValueHeaders ?? {}))
      for (const value of values) headers.append(name, value);
    if (!path.startsWith('/')) throw new Error(`Expected a path, got ${JSON.stringify(path)}.`);
    // As the client wrote them: the load balancer decodes neither names nor values.
    const asked = Object.entries(query).flatMap(([name, values = []]) => values.map((value) => `${name}=${value}`));
    const url = `https://console${path}${asked.length > 0 ? `?${asked.join('&')}` : ''}`;
    const content = body ? Buffer.from(body, isBase64Encoded ? 'base64' : 'utf8') : null;
    return new Request(url, { method, headers, signal, body: method === 'GET' || method === 'HEAD' ? null : content });
  } catch (cause) {
    return new Refusal(400, 'not_understood', (cause as Error).message, { cause });
  }
}

async function resultOf(response: Response, packs: boolean): Promise<ALBResult> {
  let content = await whole(response);
  if (!content) return resultOf(protect(refuse(tooLarge())), packs);
  const { headers, status } = response;
  if (packs && content.length >= WORTH_PACKING && !headers.has('content-encoding')) {
    content = await promisify(gzip)(content);
    headers.set('content-encoding', 'gzip');
    headers.append('vary', 'accept-encoding');
  }
  // The load balancer counts them itself.
  headers.delete('content-length');
  // Packed, or an object of the lake.
  const isBase64Encoded = !isUtf8(content);
  return {
    statusCode: status,
    multiValueHeaders: Object.fromEntries(
      [...headers, ...Object.entries(SECURE)].map(([name, value]) => [name, [value]]),
    ),
    body: content.toString(isBase64Encoded ? 'base64' : 'utf8'),
    isBase64Encoded,
  };
}

/** @returns undefined if there is more than fits */
async function whole(response: Response): Promise<Buffer | undefined> {
  const parts: Uint8Array[] = [];
  let size = 0;
  for await (const part of response.body ?? []) {
    size += part.length;
    // Leaving the loop ends what makes the rest.
    if (size > MOST_READ) return undefined;
    parts.push(part);
  }
  return Buffer.concat(parts);
}

const tooLarge = (): Refusal =>
  new Refusal(400, 'answer_too_large', 'The answer is larger than the 1 MB that a load balancer takes.', {
    hint: 'Ask for less, such as fewer rows by limit where there is one.',
  });
