/**
 * What is made of files, such as a bundle, is made once for the same files. Bundling all functions takes 15 s of processor time, and a
 * run of all tests deploys a dozen times.
 */
import { createHash } from 'node:crypto';
import {
  cpSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';

export interface MadeOnce {
  /** Where what was made is kept; several processes may use it at once, and several copies of the project. */
  readonly folder: string;
  /** The folder from which files are named. */
  readonly root: string;
  /** All that decides what is made, beside the content of files. */
  readonly what: object;
  /** Makes it in an empty folder. @returns the files of which it is made */
  make(outdir: string): readonly string[];
}

/** Of what is made of changing files, so many are kept. */
const KEPT = 3;
const INPUTS = 'inputs.json';

/** Puts what is made into `outdir`. @throws if it can't be made; what can't be kept is made each time */
export function madeOnce(outdir: string, { folder, root, what, make }: MadeOnce): void {
  const place = join(folder, sha256(JSON.stringify(what)));
  const known = optional(() => contentOf(root, JSON.parse(readFileSync(join(place, INPUTS), 'utf8'))));
  if (known && optional(() => copyKept(join(place, known), outdir))) return;

  const unfinished = join(place, `unfinished-${process.pid}`);
  const made = join(unfinished, 'made');
  const isReady = optional(() => {
    // Of a process that was killed, whose number this one has now.
    rmSync(unfinished, { recursive: true, force: true });
    return mkdirSync(made, { recursive: true });
  });
  if (!isReady) {
    make(outdir);
    return;
  }
  try {
    const began = Date.now();
    // At the same depth each time: source maps tell where the sources are from there.
    const inputs = make(made);
    cpSync(made, outdir, { recursive: true });
    // A file that was changed meanwhile may have been read before or after.
    if (inputs.every((path) => statSync(join(root, path)).mtimeMs < began)) {
      writeFileSync(join(unfinished, INPUTS), JSON.stringify(inputs));
      optional(() => keep(unfinished, place, contentOf(root, inputs)));
    }
  } finally {
    rmSync(unfinished, { recursive: true, force: true });
  }
}

/** @throws if another process has removed it meanwhile: a part may have been copied, as if it were all */
function copyKept(kept: string, outdir: string): true {
  // First, so that it isn't the oldest while it is copied.
  utimesSync(kept, new Date(), new Date());
  const { ino } = statSync(kept);
  cpSync(kept, outdir, { recursive: true });
  if (statSync(kept).ino !== ino) throw new Error(`Expected ${kept} to stay, another has taken its place.`);
  return true;
}

/** Each step is whole or not done, whatever other processes do. */
function keep(unfinished: string, place: string, content: string): void {
  // Another process may have made the same: it is as good.
  optional(() => renameSync(join(unfinished, 'made'), join(place, content)));
  renameSync(join(unfinished, INPUTS), join(place, INPUTS));
  const kept = readdirSync(place).filter((name) => /^[0-9a-f]{64}$/.test(name));
  const used = (name: string) => statSync(join(place, name)).mtimeMs;
  // Who copies it must not take a part for all of it: it is gone at once, and removed with what is unfinished.
  for (const old of kept.toSorted((a, b) => used(b) - used(a)).slice(KEPT))
    renameSync(join(place, old), join(unfinished, old));
}

/** @throws if one of the files is gone */
const contentOf = (root: string, paths: readonly string[]): string =>
  sha256(paths.map((path) => `${path}\n${hashOfFile(join(root, path))}`).join('\n'));

/** Functions share most of their files. */
const hashes = new Map<string, { readonly version: string; readonly hash: string }>();

function hashOfFile(path: string): string {
  const { mtimeMs, size } = statSync(path);
  const version = `${mtimeMs} ${size}`;
  const known = hashes.get(path);
  if (known?.version === version) return known.hash;
  const hash = sha256(readFileSync(path));
  hashes.set(path, { version, hash });
  return hash;
}

const sha256 = (content: string | Buffer): string => createHash('sha256').update(content).digest('hex');

/** The folder may be missing, another's, full, or cleared by another process. */
function optional<Result>(work: () => Result): Result | undefined {
  try {
    return work();
  } catch {
    return undefined;
  }
}
