/**
 * A proxy before any service of the stack that leaves connections half-open, as a failover, a firewall or a proxy that lost its
 * other side does: whoever uses one of them gets no answer and no error, while a new connection works.
 */
import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';

export interface HalfOpenProxy {
  readonly host: string;
  readonly port: number;
  /** From now on, nothing passes on the connections that are open, in either direction. @returns how many these are */
  swallow(): number;
  close(): Promise<void>;
}

/** @param target where Kafka is the service, its address as the broker tells it to clients, who get the proxy's instead */
export async function startHalfOpenProxy(target: { host: string; port: number }): Promise<HalfOpenProxy> {
  const sockets = new Set<Socket>();
  let open: { swallowed: boolean }[] = [];
  // Else a goodbye would be answered, which is more than silence.
  const server = createServer({ allowHalfOpen: true }, (client) => {
    const upstream = connect({ ...target, allowHalfOpen: true });
    const connection = { swallowed: false };
    open.push(connection);
    const pass = (from: Socket, to: Socket, translate = (chunk: Buffer) => chunk) => {
      sockets.add(from);
      from.setNoDelay(true);
      from.on('error', () => {}); // 'close' follows.
      from.on('data', (chunk) => {
        if (!connection.swallowed) to.write(translate(chunk));
      });
      from.on('end', () => {
        if (!connection.swallowed) to.end();
      });
      from.on('close', () => {
        sockets.delete(from);
        open = open.filter((each) => each !== connection);
        if (!connection.swallowed) to.destroy();
      });
    };
    pass(client, upstream);
    pass(upstream, client, (chunk) => replaced(chunk, address(target), address(here())));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const here = () => ({ host: target.host, port: (server.address() as AddressInfo).port });
  return {
    ...here(),
    swallow() {
      for (const connection of open) connection.swallowed = true;
      return open.length;
    },
    async close() {
      for (const socket of sockets) socket.destroy();
      await once(server.close(), 'close');
    },
  };
}

/** As Kafka's protocol has it: the host with its length, then the port. */
function address({ host, port }: { host: string; port: number }): Buffer {
  const bytes = Buffer.alloc(2 + host.length + 4);
  bytes.writeInt16BE(host.length);
  bytes.write(host, 2);
  bytes.writeInt32BE(port, 2 + host.length);
  return bytes;
}

function replaced(chunk: Buffer, from: Buffer, to: Buffer): Buffer {
  for (let at = chunk.indexOf(from); at >= 0; at = chunk.indexOf(from, at)) to.copy(chunk, at);
  return chunk;
}
