/** Serves an app by node:http: its requests as the web's, its responses as Node's. */
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { protect, protection, refuse } from './answer.ts';
import type { App } from './app.ts';
import { Refusal } from './refusal.ts';

export interface Listening {
  /** Ends every connection at once, live ones too. */
  close(): Promise<void>;
}

/** A page has a few connections; more are a fault or an attack. */
const CONNECTIONS = 200;

/** Who sends its request byte by byte must be done by then. */
const LIMITS = {
  headersTimeout: 10_000,
  requestTimeout: 30_000,
  connectionsCheckingInterval: 2_000,
  maxHeaderSize: 16_384,
};

/** What a client is told of a request that Node could not read, by the error's code. */
const UNREADABLE: Readonly<Record<string, string>> = {
  HPE_HEADER_OVERFLOW: '431 Request Header Fields Too Large',
  ERR_HTTP_REQUEST_TIMEOUT: '408 Request Timeout',
};

/** @throws if the port is taken */
export async function listen(
  app: App,
  { port, address }: { readonly port: number; readonly address: string },
): Promise<Listening> {
  // Our own check of Host is stricter, and its refusal has our headers.
  const server = createServer({ ...LIMITS, requireHostHeader: false }, (incoming, outgoing) => {
    serve(app, incoming, outgoing).catch(() => outgoing.destroy());
  });
  server.maxConnections = CONNECTIONS;
  // What Node can't read never becomes a request.
  server.on('clientError', ({ code }: NodeJS.ErrnoException, socket) => {
    const headers = Object.entries({ ...protection, connection: 'close' }).map(
      ([name, value]) => `${name}: ${value}\r\n`,
    );
    if (socket.writable)
      socket.end(`HTTP/1.1 ${UNREADABLE[code ?? ''] ?? '400 Bad Request'}\r\n${headers.join('')}\r\n`);
    else socket.destroy();
  });
  server.listen(port, address);
  await once(server, 'listening');
  return {
    async close() {
      const closed = once(server, 'close');
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
}

async function serve(app: App, incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> {
  const gone = new AbortController();
  outgoing.on('close', () => gone.abort());
  const response = await answerTo(app, incoming, gone.signal);
  // The rest of a body that was refused is nobody's.
  if (!incoming.complete) response.headers.set('connection', 'close');
  outgoing.writeHead(response.status, [...response.headers].flat());
  if (response.body) await pipeline(Readable.fromWeb(response.body), outgoing);
  else outgoing.end();
}

async function answerTo(app: App, incoming: IncomingMessage, signal: AbortSignal): Promise<Response> {
  let request: Request;
  try {
    request = requestOf(incoming, signal);
  } catch (cause) {
    return protect(refuse(new Refusal(400, 'not_understood', (cause as Error).message, { cause })));
  }
  return app(request);
}

/** @throws if the web has no such request, as of method TRACE */
function requestOf(incoming: IncomingMessage, signal: AbortSignal): Request {
  const { method = 'GET', url = '/' } = incoming;
  if (!url.startsWith('/')) throw new Error(`Expected a path, got ${JSON.stringify(url)}.`);
  const headers = new Headers();
  // A header that comes twice is joined to a value that no check accepts.
  for (const [name, values = []] of Object.entries(incoming.headersDistinct))
    for (const value of values) headers.append(name, value);
  const body = method === 'GET' || method === 'HEAD' ? null : Readable.toWeb(incoming);
  return new Request(`http://console${url}`, { method, headers, signal, body, duplex: 'half' });
}
