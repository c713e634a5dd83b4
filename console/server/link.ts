/** The page's address and key, which open it together. */
import { randomBytes } from 'node:crypto';

/** 256 bits, in letters that an address may hold. */
export const newKey = (): string => randomBytes(32).toString('base64url');

/** Where the page is on this machine. */
export const consoleUrl = (port: number): string => `http://127.0.0.1:${port}`;

/** What opens the page: no server sees what follows `#`, and no log keeps it. */
export const consoleLink = ({ url, key }: { readonly url: string; readonly key: string }): string =>
  `${url}/#key=${key}`;
