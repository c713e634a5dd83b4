/** The TCP sockets on which processes listen, as the kernel says. Linux only. */
import { readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { orIfEnded } from './open-files.ts';

export interface Listener {
  readonly pid: number;
  /** As the kernel writes it: bytes in hexadecimal, each 32 bits of them in the machine's order. */
  readonly address: string;
  readonly port: number;
}

/** https://docs.kernel.org/networking/proc_net_tcp.html */
const LISTENING = '0A';

export function listenersOf(pids: readonly number[]): Listener[] {
  const sockets = new Map(['tcp', 'tcp6'].flatMap(listeningIn));
  return pids.flatMap((pid) =>
    orIfEnded(() => readdirSync(`/proc/${pid}/fd`)).flatMap((descriptor) =>
      orIfEnded(() => {
        const socket = sockets.get(readlinkSync(`/proc/${pid}/fd/${descriptor}`));
        return socket ? [{ pid, ...socket }] : [];
      }),
    ),
  );
}

/** By its name in /proc: "socket:[4711]". */
function listeningIn(table: string): [string, Omit<Listener, 'pid'>][] {
  const lines = readFileSync(`/proc/net/${table}`, 'utf8').trim().split('\n').slice(1);
  return lines
    .map((line) => line.trim().split(/\s+/))
    .filter(([, , , state]) => state === LISTENING)
    .map(([, local = '', , , , , , , , inode]) => {
      const [address = '', port = ''] = local.split(':');
      return [`socket:[${inode}]`, { address, port: Number.parseInt(port, 16) }];
    });
}

/** 127.x.y.z, ::1 and ::ffff:127.x.y.z on a little-endian machine. */
export const isLoopback = ({ address }: Listener): boolean =>
  /^([0-9A-F]{6}7F|0{24}01000000|0{16}FFFF0000[0-9A-F]{6}7F)$/.test(address);
