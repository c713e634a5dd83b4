/** The cloud assembly to deploy: templates and zip files, made once and kept until a source changes. */
import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdir, readdir, readFile, rename, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { dirname, join, relative } from 'node:path';
import { promisify } from 'node:util';
import { inRepository } from '#adapters/repository.ts';
import type { Synthesis, SynthesizedStack } from '#cdk/local.ts';
import { lock } from '../processes/lock.ts';
import { placeholders, type Settings } from './local-addresses.ts';
import { readSources } from './sources.ts';
import { zipFolder } from './zip.ts';

export interface Assembly {
  readonly stacks: readonly SynthesizedStack[];
  readonly assets: readonly { readonly objectKey: string; readonly zip: string }[];
}

const KEPT_ASSEMBLIES = 8;
/** Milliseconds that another process may take; half a minute on an idle machine. */
const MADE_WITHIN = 10 * 60_000;

export const ASSETS_BUCKET = 'tillstream-local-assets';

const run = promisify(execFile);

/**
 * Returns the kept assembly if no source has changed: loading CDK, bundling and zipping take seconds. Its templates hold
 * placeholders, which `fillIn` replaces.
 */
export async function localAssembly(settings: Settings, cache: string): Promise<Assembly> {
  const made = join(cache, await keyOf(settings));
  const kept = await readAssembly(made);
  if (kept) return kept;
  await mkdir(cache, { recursive: true });
  // Stacks that start at once, as the parts of `npm test`, need the same.
  const held = await lock(`${cache}.lock`, { within: MADE_WITHIN, onWait: () => {} });
  try {
    return (await readAssembly(made)) ?? (await makeAssembly(settings, made));
  } finally {
    held.release();
  }
}

async function makeAssembly(settings: Settings, made: string): Promise<Assembly> {
  const unfinished = `${made}.${process.pid}`;
  await rm(unfinished, { recursive: true, force: true });
  await mkdir(unfinished);
  try {
    const { stacks, assets } = await synthesize(settings, join(unfinished, 'cdk.out'));
    await Promise.all(assets.map(({ folder, objectKey }) => zipFolder(folder, join(unfinished, objectKey))));
    await writeFile(join(unfinished, 'stacks.json'), JSON.stringify(stacks));
    await rm(join(unfinished, 'cdk.out'), { recursive: true });
    await rename(unfinished, made);
  } finally {
    await rm(unfinished, { recursive: true, force: true });
  }
  await forgetOld(dirname(made));
  const assembly = await readAssembly(made);
  if (!assembly)
    throw new Error(`Expected ${made}, which was made a moment ago; check whether something else deletes it.`);
  return assembly;
}

async function synthesize(settings: Settings, outdir: string): Promise<Synthesis> {
  const script = inRepository('cdk/bin/local.ts');
  const { stdout } = await run(
    process.execPath,
    [script, outdir, ASSETS_BUCKET, JSON.stringify({ ...placeholders, ...settings })],
    {
      maxBuffer: 64 * 1024 * 1024,
    },
  );
  return JSON.parse(stdout);
}

async function readAssembly(folder: string): Promise<Assembly | undefined> {
  try {
    const stacks = JSON.parse(await readFile(join(folder, 'stacks.json'), 'utf8'));
    const files = await readdir(folder);
    await utimes(folder, new Date(), new Date());
    const zips = files.filter((name) => name.endsWith('.zip'));
    return { stacks, assets: zips.map((name) => ({ objectKey: name, zip: join(folder, name) })) };
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}

async function keyOf(settings: Settings): Promise<string> {
  const root = inRepository('');
  const hash = createHash('sha256').update(JSON.stringify(settings));
  for (const [path, content] of await readSources(root))
    hash.update(`\n${relative(root, path)} ${content.byteLength}\n`).update(content);
  return hash.digest('hex').slice(0, 32);
}

async function forgetOld(cache: string): Promise<void> {
  const folders = await Promise.all(
    (await readdir(cache)).map(async (name) => {
      const path = join(cache, name);
      return {
        path,
        used: await stat(path).then(
          ({ mtimeMs }) => mtimeMs,
          () => 0,
        ),
      };
    }),
  );
  const old = folders.sort((a, b) => b.used - a.used).slice(KEPT_ASSEMBLIES);
  await Promise.all(old.map(({ path }) => rm(path, { recursive: true, force: true })));
}
