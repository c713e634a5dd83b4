/** Stands between a function and PostgreSQL, and can hold back the server's answer to a commit. */
import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';

export interface PostgresProxy {
  readonly port: number;
  /**
   * Holds back the answer to the n-th commit from now, of whichever connection, and all that follows on it.
   *
   * @returns resolves when the server has committed; the client doesn't know yet
   */
  holdCommit(nth: number): Promise<void>;
  /** Cuts every connection. */
  cut(): void;
  close(): Promise<void>;
}

/** CommandComplete with the tag COMMIT: type 'C', length 11, "COMMIT\0". */
const COMMITTED = Buffer.from([0x43, 0, 0, 0, 11, ...Buffer.from('COMMIT\0')]);

export async function startPostgresProxy(target: { host: string; port: number }): Promise<PostgresProxy> {
  const sockets = new Set<Socket>();
  let hold: { left: number; reached: () => void } | undefined;

  const server = createServer((client) => {
    const upstream = connect(target.port, target.host);
    let held = false;
    for (const socket of [client, upstream]) {
      socket.setNoDelay(true);
      sockets.add(socket);
      socket.on('error', () => {});
      socket.on('close', () => {
        sockets.delete(socket);
        client.destroy();
        upstream.destroy();
      });
    }
    client.on('data', (chunk) => upstream.write(chunk));
    upstream.on('data', (chunk) => {
      if (hold && chunk.includes(COMMITTED)) {
        hold.left -= 1;
        if (hold.left === 0) {
          held = true;
          hold.reached();
          hold = undefined;
        }
      }
      if (!held) client.write(chunk);
    });
  });

  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const cut = () => {
    for (const socket of sockets) socket.destroy();
  };
  return {
    port: (server.address() as AddressInfo).port,
    holdCommit(nth) {
      const { promise, resolve } = Promise.withResolvers<void>();
      hold = { left: nth, reached: resolve };
      return promise;
    },
    cut,
    async close() {
      cut();
      server.close();
      await once(server, 'close');
    },
  };
}
