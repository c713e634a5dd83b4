/** A proxy between a function and S3 that misbehaves as networks and services do. */
import { once } from 'node:events';
import { createServer, type IncomingMessage, request, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';

/**
 * `pass`: forwards the request and the answer. `fail`: answers 500, S3 never gets the request. `hang`: never answers, S3
 * never gets the request. `drop`: S3 handles the request, the answer is lost. `hold`: S3 handles the request, the answer
 * waits until it is released.
 */
export type Behaviour = 'pass' | 'fail' | 'hang' | 'drop' | 'hold';

/** A request to write an object. */
export interface Put {
  readonly key: string;
  readonly behaviour: Behaviour;
  /** S3's answer, once there is one; the function may never get it. */
  status?: number;
}

export interface S3Proxy {
  readonly endpoint: string;
  /** Every request to write an object, in order of arrival. */
  readonly puts: readonly Put[];
  /**
   * Treats the next `times` write requests this way; later ones pass, as do all reads.
   *
   * @returns resolves with the first of these requests as soon as it has been treated so
   */
  misbehave(behaviour: Behaviour, times?: number): Promise<Put>;
  /** Passes everything from now on, and releases the held answers. */
  behave(): void;
  close(): Promise<void>;
}

export async function startS3Proxy(target: string, bucket: string): Promise<S3Proxy> {
  const { hostname, port } = new URL(target);
  const puts: Put[] = [];
  let next: { behaviour: Behaviour; left: number; happened?: (put: Put) => void } = { behaviour: 'pass', left: 0 };
  let released = Promise.withResolvers<void>();

  const server = createServer(async (incoming, outgoing) => {
    const put = putOf(incoming);
    const { happened } = next;
    const release = released.promise;
    if (put?.behaviour === 'hang') {
      happened?.(put);
      return;
    }
    if (put?.behaviour === 'fail') {
      happened?.(put);
      incoming.resume().on('end', () => outgoing.writeHead(500).end('<Error><Code>InternalError</Code></Error>'));
      return;
    }
    const answer = await forward(incoming).catch(() => undefined);
    if (put && answer) put.status = answer.status;
    if (put && put.behaviour !== 'pass') happened?.(put);
    if (put?.behaviour === 'hold') await release;
    if (put?.behaviour === 'drop' || !answer) outgoing.destroy();
    else reply(answer, incoming, outgoing);
  });

  function putOf({ method, url = '' }: IncomingMessage): Put | undefined {
    if (method !== 'PUT') return undefined;
    const { pathname } = new URL(url, target);
    const behaviour = next.left > 0 ? next.behaviour : 'pass';
    next.left -= 1;
    const put: Put = { key: decodeURIComponent(pathname).replace(`/${bucket}/`, ''), behaviour };
    puts.push(put);
    return put;
  }

  function forward(incoming: IncomingMessage): Promise<Answer> {
    return new Promise((resolve, reject) => {
      const { method, url, headers } = incoming;
      const outgoing = request({ hostname, port, method, path: url, headers, agent: false }, (answer) => {
        const { statusCode: status = 500, headers } = answer;
        buffer(answer).then((body) => resolve({ status, headers, body }), reject);
      });
      outgoing.on('error', reject);
      incoming.on('error', reject).pipe(outgoing);
    });
  }

  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    puts,
    misbehave: (behaviour, times = 1) => {
      const { promise, resolve } = Promise.withResolvers<Put>();
      next = { behaviour, left: times, happened: resolve };
      return promise;
    },
    behave: () => {
      next = { behaviour: 'pass', left: 0 };
      released.resolve();
      released = Promise.withResolvers();
    },
    async close() {
      server.closeAllConnections();
      await once(server.close(), 'close');
    },
  };
}

interface Answer {
  readonly status: number;
  readonly headers: IncomingMessage['headers'];
  readonly body: Buffer;
}

function reply({ status, headers, body }: Answer, { method }: IncomingMessage, outgoing: ServerResponse): void {
  // The body is complete by now. An answer to HEAD keeps its content-length, which describes a body that it doesn't have.
  const { 'transfer-encoding': _, connection: __, ...kept } = headers;
  if (method !== 'HEAD') kept['content-length'] = String(body.length);
  outgoing.writeHead(status, kept).end(body);
}
