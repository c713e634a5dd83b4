/** An S3 that knows one access key, as every S3 but LocalStack's does, which takes any. */
import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders, request } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface GuardedS3 {
  readonly endpoint: string;
  /** Programs that came with another access key, or without one: method and path of each request. */
  readonly refused: readonly string[];
  /** Hands requests on without these headers, as a server does that doesn't know them. */
  ignore(...headers: readonly string[]): void;
  close(): Promise<void>;
}

/** @param target another S3, which does what is asked */
export async function guardS3(target: string, accessKeyId: string): Promise<GuardedS3> {
  const { hostname, port } = new URL(target);
  const refused: string[] = [];
  let ignored: readonly string[] = [];
  const known = ({ authorization = '' }: IncomingHttpHeaders) => authorization.includes(`Credential=${accessKeyId}/`);
  const server = createServer((incoming, outgoing) => {
    const { method = '', url: path = '', headers } = incoming;
    if (!known(headers)) {
      refused.push(`${method} ${path}`);
      incoming.resume();
      outgoing.writeHead(403).end('<Error><Code>InvalidAccessKeyId</Code><Message>who are you?</Message></Error>');
      return;
    }
    const kept = Object.fromEntries(Object.entries(headers).filter(([name]) => !ignored.includes(name)));
    const asked = request({ hostname, port, method, path, headers: kept, agent: false }, (answer) => {
      outgoing.writeHead(answer.statusCode ?? 500, answer.headers);
      answer.pipe(outgoing);
    });
    asked.on('error', () => outgoing.destroy());
    incoming.pipe(asked);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    refused,
    ignore: (...headers) => {
      ignored = headers;
    },
    async close() {
      server.closeAllConnections();
      await once(server.close(), 'close');
    },
  };
}
