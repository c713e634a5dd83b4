/** Opens an address that holds a secret in the machine's browser. */
import { spawn } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

/**
 * Hands the browser a file that leads to the link, since everybody on the machine may see the arguments of a program. Where there is no
 * browser, as on a server, nothing happens.
 *
 * @param folder readable by this user alone
 */
export function openLink(link: string, folder: string): void {
  const opener = openerOf(process.platform, process.env);
  if (!opener) return;
  const file = join(folder, 'page.html');
  writeFileSync(file, leadingTo(link), { mode: 0o600 });
  const child = spawn(opener, [pathToFileURL(file).href], { stdio: 'ignore', detached: true });
  child.on('error', () => {}); // The link is printed.
  child.unref();
}

/** Without a display, xdg-open would start a browser for terminals. */
export function openerOf(platform: NodeJS.Platform, env: NodeJS.ProcessEnv): string | undefined {
  if (platform === 'darwin') return 'open';
  return env.DISPLAY || env.WAYLAND_DISPLAY ? 'xdg-open' : undefined;
}

/** @param link of letters that need no escape in HTML, as ours are */
export const leadingTo = (link: string): string =>
  `<!doctype html><meta charset="utf-8"><title>Tillstream</title><meta http-equiv="refresh" content="0;url=${link}">\n`;
