/** What processes could leave behind: the files that they have open for writing, share as memory, or listen on as sockets. */
import { readdirSync, readFileSync, readlinkSync } from 'node:fs';

/** No file, but memory or a connection that goes with the process. Elasticsearch's has one that it unnamed when it made it. */
const GOES_BY_ITSELF =
  /^(pipe:|socket:|anon_inode:|\/dev\/null$|\/dev\/zero|\/memfd:|\/SYSV|\/tmp\/\w{6} \(deleted\)$)/;

/** Linux only. @returns paths outside of the folder, without repeats */
export function openOutside(folder: string, pids: readonly number[]): string[] {
  const sockets = unixSockets();
  const paths = pids.flatMap((pid) => [...writableFiles(pid, sockets), ...sharedMemory(pid)]);
  return [...new Set(paths)].filter((path) => !path.startsWith(`${folder}/`) && !GOES_BY_ITSELF.test(path)).sort();
}

function writableFiles(pid: number, sockets: ReadonlyMap<string, string>): string[] {
  return orIfEnded(() => readdirSync(`/proc/${pid}/fd`)).flatMap((descriptor) =>
    orIfEnded(() => {
      const target = readlinkSync(`/proc/${pid}/fd/${descriptor}`);
      const flags = /^flags:\s*(\d+)/m.exec(readFileSync(`/proc/${pid}/fdinfo/${descriptor}`, 'utf8'))?.[1] ?? '0';
      const writable = (Number.parseInt(flags, 8) & 3) !== 0;
      return writable ? [sockets.get(target) ?? target] : [];
    }),
  );
}

function sharedMemory(pid: number): string[] {
  const maps = orIfEnded(() => readFileSync(`/proc/${pid}/maps`, 'utf8').split('\n'));
  return maps.flatMap((line) => /^\S+ .w.s \S+ \S+ \S+ +(\S.*)$/.exec(line)?.[1] ?? []);
}

/** Path of each socket that has one, by its name in /proc: "socket:[4711]". */
function unixSockets(): Map<string, string> {
  const lines = readFileSync('/proc/net/unix', 'utf8').trim().split('\n').slice(1);
  const fields = lines.map((line) => line.trim().split(/\s+/));
  return new Map(fields.flatMap(([, , , , , , inode, path]) => (path ? [[`socket:[${inode}]`, path]] : [])));
}

/** A process may end, and close files, while it is looked at. */
export function orIfEnded<T>(read: () => T[]): T[] {
  try {
    return read();
  } catch (error) {
    if (['ENOENT', 'ESRCH'].includes((error as NodeJS.ErrnoException).code ?? '')) return [];
    throw error;
  }
}
