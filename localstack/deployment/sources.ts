/** The files that decide what synthesis makes. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { filesIn } from './zip.ts';

/** Synthesis runs cdk/, bundles functions/ and builds layers/; the folders that these import are found in their code. */
const roots = ['cdk', 'functions', 'layers'];
/** Versions of packages are in the lock. */
const settings = ['cdk.json', 'package.json', 'package-lock.json'];

/** @returns contents by path, in the same order whenever the files are the same; no tests */
export async function readSources(repository: string): Promise<Map<string, Buffer>> {
  const sources = new Map<string, Buffer>();
  const read = async (paths: readonly string[]): Promise<Buffer[]> => {
    const contents = await Promise.all(paths.map((path) => readFile(path)));
    for (const [index, path] of paths.entries()) sources.set(path, contents[index] as Buffer);
    return contents;
  };
  const folders = new Set(roots);
  // The loop also visits folders that are added while it runs.
  for (const folder of folders) {
    const files = await filesIn(join(repository, folder));
    const contents = await read(files.filter((path) => !path.endsWith('.test.ts')));
    for (const content of contents)
      for (const [, imported = ''] of content.toString('latin1').matchAll(/\bfrom '#(\w+)\//g)) folders.add(imported);
  }
  await read(settings.map((name) => join(repository, name)));
  return sources;
}
