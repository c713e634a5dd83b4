/** Stands between a function and S3, and misbehaves as networks and services do. */
import { once } from 'node:events';
import { createServer, type IncomingMessage, request, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/**
 * `pass`: as if it were not there. `fail`: 500, S3 never hears of it. `hang`: no answer, S3 never hears of it.
 * `drop`: S3 does it, the answer is lost. `hold`: S3 does it, the answer waits until the held promise is resolved.
 */
export type Behaviour = 'pass' | 'fail' | 'hang' | 'drop' | { readonly hold: Promise<void> };

export interface S3Proxy {
  readonly endpoint: string;
  /** Asked for every request. */
  behave: (method: string, path: string) => Behaviour;
  /** Resolves when S3 has done the next request that is dropped or held. */
  done(): Promise<void>;
  close(): Promise<void>;
}

export async function startS3Proxy(target: string): Promise<S3Proxy> {
  const { hostname, port } = new URL(target);
  let waiting: (() => void)[] = [];

  const server = createServer(async (incoming, outgoing) => {
    const behaviour = proxy.behave(incoming.method ?? '', incoming.url ?? '');
    if (behaviour === 'hang') return;
    if (behaviour === 'fail') {
      incoming.resume();
      incoming.on('end', () => outgoing.writeHead(500).end('<Error><Code>InternalError</Code></Error>'));
      return;
    }
    const answer = await forward(incoming);
    if (behaviour === 'pass') return copy(answer, outgoing);
    for (const resolve of waiting) resolve();
    waiting = [];
    if (behaviour === 'drop') {
      outgoing.destroy();
      return;
    }
    await behaviour.hold;
    copy(answer, outgoing);
  });

  function forward(incoming: IncomingMessage): Promise<Answer> {
    return new Promise((resolve, reject) => {
      const { method, url, headers } = incoming;
      const outgoing = request({ hostname, port, method, path: url, headers }, async (reply) => {
        const chunks: Buffer[] = [];
        for await (const chunk of reply) chunks.push(chunk);
        resolve({ status: reply.statusCode ?? 500, headers: reply.headers, body: Buffer.concat(chunks) });
      });
      outgoing.on('error', reject);
      incoming.pipe(outgoing);
    });
  }

  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const proxy: S3Proxy = {
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    behave: () => 'pass',
    done: () => new Promise((resolve) => waiting.push(resolve)),
    async close() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
  return proxy;
}

interface Answer {
  readonly status: number;
  readonly headers: IncomingMessage['headers'];
  readonly body: Buffer;
}

function copy({ status, headers, body }: Answer, outgoing: ServerResponse): void {
  const { 'transfer-encoding': _, ...rest } = headers;
  // The answer to HEAD says how long the body would be, and has none.
  outgoing.writeHead(status, rest).end(body);
}
