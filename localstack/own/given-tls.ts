/** Files of certificates that a service of one's own needs, and whether PostgreSQL is spoken to with TLS. */
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import type { PostgresTls } from '../services/postgres.ts';

/**
 * Absolute, since programs with other folders read it too.
 *
 * @param source the option or variable that names it, for the message
 * @throws if it can't be read
 */
export function readPem(given: string, source: string): PostgresTls {
  const file = resolve(given);
  try {
    return { file, ca: readFileSync(file, 'utf8') };
  } catch (cause) {
    throw new Error(`${source} is ${file}, which can't be read; expected a file in PEM.`, { cause });
  }
}

/**
 * One that is not on this machine must say whether it has TLS: what is sent there are a shop's orders, and a login.
 *
 * @param expected the beginning of a message
 * @returns undefined if there is none
 */
export function readDatabaseTls(url: URL, expected: string): PostgresTls | undefined {
  const { sslmode, sslrootcert, ...others } = Object.fromEntries(url.searchParams);
  const [other] = Object.keys(others);
  if (other) throw new Error(`${expected}; it takes sslmode and sslrootcert, not ${other}.`);
  const isLocal = /^(localhost|127\.\d+\.\d+\.\d+|\[::1\])$/.test(url.hostname);
  if (sslmode === 'disable' || (sslmode === undefined && !sslrootcert && isLocal)) return undefined;
  if (sslmode === undefined && !sslrootcert)
    throw new Error(
      `${expected}; ${url.hostname} is another machine: add ?sslmode=verify-full&sslrootcert=FILE, or ?sslmode=disable for no TLS.`,
    );
  if ((sslmode ?? 'verify-full') !== 'verify-full' || !sslrootcert)
    throw new Error(
      `${expected}; with TLS ?sslmode=verify-full&sslrootcert=FILE, whose authority is believed, not sslmode=${sslmode}.`,
    );
  return readPem(sslrootcert, 'sslrootcert');
}
