/**
 * Starts from the Node of the machine (20 or later): installs the project's packages if they are missing or older than the
 * lock, then hands over to the Node among them. Plain JavaScript, since an older Node does not read TypeScript.
 */
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const lock = `${root}package-lock.json`;
const marker = `${root}node_modules/.tillstream-installed`;
const node = `${root}node_modules/node/bin/node`;

/** Node keeps compiled modules beside what is installed, once something is: a command then starts in half the processor time. */
const installed = `${process.env.TILLSTREAM_HOME ?? `${root}.tillstream`}/installed`;
const compiled = existsSync(installed) ? { NODE_COMPILE_CACHE: `${installed}/node` } : {};

const OLDEST_NODE = 20;

/** By content, not by date: a checkout changes dates, and reinstalling under a running stack would break it. */
const lockHash = () => createHash('sha256').update(readFileSync(lock)).digest('hex');

function isInstalled() {
  if (!existsSync(node)) return false;
  if (existsSync(marker)) return readFileSync(marker, 'utf8') === lockHash();
  // The user ran npm ci.
  const byNpm = `${root}node_modules/.package-lock.json`;
  return existsSync(byNpm) && statSync(byNpm).mtimeMs >= statSync(lock).mtimeMs;
}

/** Runs a command to its end; it gets these signals whenever this process gets them. */
async function run(signals, command, args, options) {
  const child = spawn(command, args, options);
  let interrupted = false;
  const handOn = (signal) => {
    interrupted = true;
    child.kill(signal);
  };
  for (const signal of signals) process.on(signal, handOn);
  const end = await new Promise((resolve) => {
    child.on('exit', (code, signal) => resolve({ code, signal, interrupted }));
    child.on('error', (error) => resolve({ error }));
  });
  for (const signal of signals) process.off(signal, handOn);
  return end;
}

async function install() {
  const major = Number(process.versions.node.split('.')[0]);
  if (major < OLDEST_NODE) {
    console.error(`Node ${process.versions.node} is too old: install Node ${OLDEST_NODE} or later, then try again.`);
    process.exit(2);
  }
  if (isInstalled()) return;
  console.error('Installing packages (npm ci, about a minute the first time) …');
  // Not SIGHUP, which nohup lets nobody hear.
  const { code, interrupted, error } = await run(
    ['SIGINT', 'SIGTERM'],
    'npm',
    ['ci', '--no-audit', '--no-fund', '--loglevel=error'],
    {
      cwd: root,
      // stdout is for results: `npm start -- --once` prints one JSON object there.
      stdio: ['ignore', process.stderr, process.stderr],
    },
  );
  if (interrupted) process.exit(130);
  if (code !== 0) {
    console.error(`npm ci failed${error ? `: ${error.message}` : ''}. Is the npm registry reachable? Then try again.`);
    process.exit(2);
  }
  writeFileSync(marker, lockHash());
}

/** Runs a script with the project's Node, passes signals on, and exits with its code. */
export async function launch(script, args) {
  // Whoever called this may be gone when the packages are installed (cli/start/parents.ts).
  const caller = String(process.ppid);
  await install();
  const command = ['--disable-warning=ExperimentalWarning', `${root}${script}`, ...args];
  // SIGWINCH tells that the terminal has another width, only to processes of its session.
  const { code, signal, error } = await run(['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGWINCH'], node, command, {
    stdio: 'inherit',
    env: { ...compiled, ...process.env, TILLSTREAM_CALLER: caller },
    // A session of its own: a closed terminal's hangup would reach the installers and services that it is just starting.
    detached: args.includes('--stay'),
  });
  if (error) throw error;
  process.exit(signal ? 130 : (code ?? 1));
}
