/** Stands between a function and PostgreSQL, and can hold back a commit, or the server's answer to it. */
import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';

export interface PostgresProxy {
  readonly port: number;
  /**
   * Holds the next connection that commits a transaction in which the client has sent this text, and all that follows
   * on it, until the client ends or the connection is cut.
   *
   * @param text part of a statement, short enough to come in one piece
   * @param held `answer`: the server has committed, and the client doesn't know; `request`: the client has said
   *   commit, and the server doesn't know
   * @returns resolves when it is held
   */
  holdCommitOf(text: string, held?: 'answer' | 'request'): Promise<void>;
  /** Ends the connections that are held: client and server each lose the other. */
  cut(): void;
  close(): Promise<void>;
}

/** Query: type 'Q', length 11, "commit\0". Each comes alone, since the client waits for every answer. */
const COMMIT = Buffer.from([0x51, 0, 0, 0, 11, ...Buffer.from('commit\0')]);
/** CommandComplete with the tag COMMIT. */
const COMMITTED = Buffer.from([0x43, 0, 0, 0, 11, ...Buffer.from('COMMIT\0')]);

export async function startPostgresProxy(target: { host: string; port: number }): Promise<PostgresProxy> {
  const sockets = new Set<Socket>();
  const holding = new Set<Socket>();
  let wanted: { readonly text: string; readonly at: Buffer; readonly reached: () => void } | undefined;

  const server = createServer((client) => {
    const upstream = connect(target.port, target.host);
    let sent = false;
    for (const socket of [client, upstream]) {
      socket.setNoDelay(true);
      sockets.add(socket);
      socket.on('error', () => {}); // 'close' follows.
      socket.on('close', () => {
        sockets.delete(socket);
        holding.delete(client);
        client.destroy();
        upstream.destroy();
      });
    }
    const pass = (chunk: Buffer, to: Socket) => {
      if (sent && wanted && chunk.includes(wanted.at)) {
        holding.add(client);
        wanted.reached();
        wanted = undefined;
      }
      if (!holding.has(client)) to.write(chunk);
    };
    client.on('data', (chunk) => {
      sent ||= wanted !== undefined && chunk.includes(wanted.text);
      pass(chunk, upstream);
    });
    upstream.on('data', (chunk) => {
      pass(chunk, client);
      if (chunk.includes(COMMITTED)) sent = false;
    });
  });

  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    port: (server.address() as AddressInfo).port,
    holdCommitOf(text, held = 'answer') {
      const { promise, resolve } = Promise.withResolvers<void>();
      wanted = { text, at: held === 'answer' ? COMMITTED : COMMIT, reached: resolve };
      return promise;
    },
    cut() {
      for (const client of holding) client.destroy();
    },
    async close() {
      for (const socket of sockets) socket.destroy();
      await once(server.close(), 'close');
    },
  };
}
