/**
 * A proxy before any service of the stack that is a bad network. It leaves connections half-open, as a failover, a firewall or a
 * proxy that lost its other side does: whoever uses one of them gets no answer and no error, while a new connection works. Or
 * it is slow: each packet comes late, and few bytes pass in a second.
 */
import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';

export interface NetworkProxy {
  readonly host: string;
  readonly port: number;
  /**
   * From now on, nothing passes on the connections that are open, in either direction.
   *
   * @param milliseconds until these connections end; by default they never do
   * @returns how many these are
   */
  swallow(milliseconds?: number): number;
  /** Until it behaves, each packet waits for the one before it on its connection, then for so long, and passes at this speed. */
  slow(pace: Pace): void;
  /** What passes from now on passes at once; what was swallowed stays so. */
  behave(): void;
  /** Until it is back, the service is gone: what is open is cut, and nobody can connect. */
  leave(): Promise<void>;
  comeBack(): Promise<void>;
  close(): Promise<void>;
}

export interface Pace {
  readonly milliseconds: number;
  readonly bytesPerSecond: number;
}

/** @param target where Kafka is the service, its address as the broker tells it to clients, who get the proxy's instead */
export async function startNetworkProxy(target: { host: string; port: number }): Promise<NetworkProxy> {
  const sockets = new Set<Socket>();
  let open: { swallowed: boolean; end(): void }[] = [];
  let pace: Pace | undefined;
  // Else a goodbye would be answered, which is more than silence.
  const server = createServer({ allowHalfOpen: true }, (client) => {
    const upstream = connect({ ...target, allowHalfOpen: true });
    const end = () => {
      client.destroy();
      upstream.destroy();
    };
    const connection = { swallowed: false, end };
    open.push(connection);
    const pass = (from: Socket, to: Socket, translate = (chunk: Buffer) => chunk) => {
      const passNow = (chunk: Buffer) => {
        if (!connection.swallowed) to.write(translate(chunk));
      };
      sockets.add(from);
      from.setNoDelay(true);
      from.on('error', () => {}); // 'close' follows.
      from.on('data', (chunk) => {
        if (!pace || connection.swallowed) return passNow(chunk);
        from.pause();
        const wait = pace.milliseconds + (1_000 * chunk.length) / pace.bytesPerSecond;
        setTimeout(() => {
          passNow(chunk);
          from.resume();
        }, wait);
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
  const { port } = server.address() as AddressInfo;
  const here = () => ({ host: target.host, port });
  const leave = async () => {
    for (const socket of sockets) socket.destroy();
    await once(server.close(), 'close');
  };
  return {
    ...here(),
    leave,
    async comeBack() {
      server.listen(port, '127.0.0.1');
      await once(server, 'listening');
    },
    swallow(milliseconds) {
      const swallowed = open.filter((connection) => !connection.swallowed);
      for (const connection of swallowed) connection.swallowed = true;
      if (milliseconds !== undefined)
        setTimeout(() => {
          for (const { end } of swallowed) end();
        }, milliseconds).unref();
      return swallowed.length;
    },
    slow(wanted) {
      pace = wanted;
    },
    behave() {
      pace = undefined;
    },
    close: leave,
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
