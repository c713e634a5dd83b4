/** TCP ports of this machine, on 127.0.0.1: which are free, and which process holds one. */
import { execFile } from 'node:child_process';
import { randomInt } from 'node:crypto';
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { promisify } from 'node:util';
import { accepts } from './accepts.ts';

const HOST = '127.0.0.1';

/** A port that the stack needs, and the option and variable that choose another. */
export interface WantedPort {
  /** "Kafka" */
  readonly service: string;
  readonly port: number;
  /** "--kafka-port" */
  readonly option: string;
  /** "TILLSTREAM_KAFKA_PORT" */
  readonly variable: string;
}

/** @throws naming every port that is taken or wanted twice, its holder if known, and the remedy */
export async function requireFreePorts(wanted: readonly WantedPort[]): Promise<void> {
  const problems = [...wantedTwice(wanted)];
  for (const each of wanted) {
    if (await isFree(each.port)) continue;
    const holder = await holderOf(each.port);
    const by = holder ? ` by ${holder}` : '';
    problems.push(`Port ${each.port}, wanted for ${each.service}, is taken${by}. Stop that, or ${remedy(each)}.`);
  }
  if (problems.length > 0) throw new Error(problems.join('\n'));
}

export function wantedTwice(wanted: readonly WantedPort[]): string[] {
  return wanted.flatMap((each, index) => {
    const earlier = wanted.slice(0, index).find(({ port }) => port === each.port);
    return earlier
      ? [`Port ${each.port} is wanted for both ${earlier.service} and ${each.service}: ${remedy(each)}.`]
      : [];
  });
}

const remedy = ({ option, variable }: WantedPort): string => `choose another with ${option} or ${variable}`;

/** Free means that a server may listen; a connection left in TIME_WAIT does no harm, since servers reuse addresses. */
export async function isFree(port: number): Promise<boolean> {
  // On some systems a server on all addresses can share its port with one on 127.0.0.1, so only a connection tells.
  if (await accepts(HOST, port)) return false;
  const server = createServer().listen(port, HOST);
  try {
    await once(server, 'listening');
    server.close();
    await once(server, 'close');
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EADDRINUSE') return false;
    throw error;
  }
}

/**
 * Below the ephemeral ports, 32768 and up on Linux: another process may get such a port before the service listens, and a
 * client of a service that is down may get the service's port and connect to itself.
 */
const CHOICE = { from: 20_000, to: 32_000 };

/** @returns distinct ports that were free a moment ago, and that no other process of ours has chosen and may not use yet */
export async function freePorts(count: number, { from, to } = CHOICE): Promise<number[]> {
  const ports: number[] = [];
  while (ports.length < count) {
    const port = randomInt(from, to);
    if ((await claim(port)) && (await isFree(port))) ports.push(port);
  }
  return ports;
}

/**
 * Takes the UDP port of the same number, which nothing else here uses, for as long as this process runs: so the kernel tells processes
 * that start at the same time which of them has a number. A file could do the same, but stays when a process is killed.
 */
async function claim(port: number): Promise<boolean> {
  const socket = createSocket('udp4').unref();
  socket.bind({ port, address: HOST, exclusive: true });
  try {
    await once(socket, 'listening');
    return true;
  } catch (error) {
    socket.close();
    if ((error as NodeJS.ErrnoException).code === 'EADDRINUSE') return false;
    throw error;
  }
}

/** "java (process 4711)", by whichever of lsof and ss the machine has; undefined if neither can tell. */
async function holderOf(port: number): Promise<string | undefined> {
  const run = (command: string, ...args: string[]) =>
    promisify(execFile)(command, args, { timeout: 5_000 }).then(
      ({ stdout }) => stdout,
      () => '',
    );
  const listing = await run('lsof', '-nP', `-iTCP:${port}`, '-sTCP:LISTEN', '-Fpc');
  return parseLsof(listing) ?? parseSs(await run('ss', '-Hltnp', `sport = :${port}`));
}

export function parseLsof(listing: string): string | undefined {
  const pid = /^p(\d+)$/m.exec(listing)?.[1];
  const command = /^c(.+)$/m.exec(listing)?.[1];
  return pid && command && `${command} (process ${pid})`;
}

export function parseSs(listing: string): string | undefined {
  const [, command, pid] = /users:\(\("([^"]+)",pid=(\d+)/.exec(listing) ?? [];
  return command && `${command} (process ${pid})`;
}
