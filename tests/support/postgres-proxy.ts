/** A proxy between a function and PostgreSQL that can hold back a commit, or the server's answer to it. */
import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';

export interface PostgresProxy {
  readonly port: number;
  /**
   * Holds the next connection that commits a transaction in which the client has sent this text. Nothing more passes on
   * that connection until the client ends or the connection is cut.
   *
   * @param text part of a statement, short enough to arrive in one chunk
   * @param held `answer`: the server has committed, and the client doesn't know; `request`: the client has sent
   *   commit, and the server hasn't received it
   * @returns resolves when the connection is held
   */
  holdCommitOf(text: string, held?: 'answer' | 'request'): Promise<void>;
  /** Closes the held connections: client and server each lose the other. Holds no other commit. */
  cut(): void;
  close(): Promise<void>;
}

/** Query: type 'Q', length 11, "commit\0". It arrives alone, since the client waits for each answer. */
const COMMIT = Buffer.from([0x51, 0, 0, 0, 11, ...Buffer.from('commit\0')]);
/** CommandComplete with the tag COMMIT. */
const COMMITTED = Buffer.from([0x43, 0, 0, 0, 11, ...Buffer.from('COMMIT\0')]);

export async function startPostgresProxy(target: { host: string; port: number }): Promise<PostgresProxy> {
  const sockets = new Set<Socket>();
  const held = new Set<Socket>();
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
        held.delete(client);
        client.destroy();
        upstream.destroy();
      });
    }
    const pass = (chunk: Buffer, to: Socket) => {
      if (sent && wanted && chunk.includes(wanted.at)) {
        held.add(client);
        wanted.reached();
        wanted = undefined;
      }
      if (!held.has(client)) to.write(chunk);
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
    holdCommitOf(text, what = 'answer') {
      const { promise, resolve } = Promise.withResolvers<void>();
      wanted = { text, at: what === 'answer' ? COMMITTED : COMMIT, reached: resolve };
      return promise;
    },
    cut() {
      wanted = undefined;
      for (const client of held) client.destroy();
    },
    async close() {
      for (const socket of sockets) socket.destroy();
      await once(server.close(), 'close');
    },
  };
}
