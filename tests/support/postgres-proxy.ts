/** Stands between a function and PostgreSQL, and can hold back the server's answer to a commit. */
import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';

export interface PostgresProxy {
  readonly port: number;
  /**
   * Holds back the answer to the next commit of a transaction in which the client has sent this text, and all that
   * follows on that connection; for good, since the test ends the client.
   *
   * @param text part of a statement, short enough to come in one piece
   * @returns resolves when the server has committed, and the client doesn't know yet
   */
  holdCommitOf(text: string): Promise<void>;
  close(): Promise<void>;
}

/** CommandComplete with the tag COMMIT: type 'C', length 11, "COMMIT\0". It comes alone, since commit is sent alone. */
const COMMITTED = Buffer.from([0x43, 0, 0, 0, 11, ...Buffer.from('COMMIT\0')]);

export async function startPostgresProxy(target: { host: string; port: number }): Promise<PostgresProxy> {
  const sockets = new Set<Socket>();
  let wanted: { readonly text: string; readonly reached: () => void } | undefined;

  const server = createServer((client) => {
    const upstream = connect(target.port, target.host);
    let sent = false;
    let held = false;
    for (const socket of [client, upstream]) {
      socket.setNoDelay(true);
      sockets.add(socket);
      socket.on('error', () => {}); // 'close' follows.
      socket.on('close', () => {
        sockets.delete(socket);
        client.destroy();
        upstream.destroy();
      });
    }
    client.on('data', (chunk) => {
      sent ||= wanted !== undefined && chunk.includes(wanted.text);
      upstream.write(chunk);
    });
    upstream.on('data', (chunk) => {
      if (chunk.includes(COMMITTED)) {
        if (sent && wanted) {
          held = true;
          wanted.reached();
          wanted = undefined;
        }
        sent = false;
      }
      if (!held) client.write(chunk);
    });
  });

  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    port: (server.address() as AddressInfo).port,
    holdCommitOf(text) {
      const { promise, resolve } = Promise.withResolvers<void>();
      wanted = { text, reached: resolve };
      return promise;
    },
    async close() {
      for (const socket of sockets) socket.destroy();
      await once(server.close(), 'close');
    },
  };
}
