/** Adds a stream of the shop's own to this checkout: its description, its test, its place in the catalogue, its migration. */
import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { pathToFileURL } from 'node:url';
import { inRepository, repositoryRoot } from '#adapters/repository.ts';
import { catalogue, type Stream, topics } from '#domain/streams.ts';
import { CATALOGUE } from './catalogue.ts';
import { migrationOf } from './migration.ts';
import { type NewFile, type Project, planStream, Refused, type WantedStream } from './plan.ts';

export interface Written {
  /** Those that were written, or would be. */
  readonly files: readonly NewFile[];
}

/**
 * Writes all files or none.
 *
 * @param dryRun writes nothing; the migration, which follows from the description, is then left out
 * @throws Refused
 */
export async function newStream(wanted: WantedStream, { dryRun }: { readonly dryRun: boolean }): Promise<Written> {
  const project = readProject();
  const { names, files } = planStream(wanted, project);
  if (dryRun) return { files };
  const putBack = asTheyAre(files);
  let putMigrationBack = () => {};
  try {
    for (const file of files) write(file);
    format(files);
    const module = await import(pathToFileURL(inRepository(`domain/streams/${names.file}.ts`)).href);
    const migration = migrationOf(module[names.constant] as Stream, project);
    putMigrationBack = asTheyAre([migration]);
    write(migration);
    return { files: [...files, migration] };
  } catch (error) {
    putMigrationBack();
    putBack();
    throw error;
  }
}

/**
 * Writes the stream's migration to match its description as it is now: over the one that there is, if there is one.
 *
 * @throws Refused
 */
export function writeMigration(topic: string, { dryRun }: { readonly dryRun: boolean }): Written {
  const stream = catalogue.find((each) => each.topic === topic);
  if (!stream) throw new Refused(`There is no stream ${topic}. Without --migration this command adds it.`);
  const migration = migrationOf(stream, readProject());
  const isAsWanted = existsSync(inRepository(migration.path)) && read(migration.path) === migration.text;
  if (!isAsWanted && !dryRun) write(migration);
  return { files: isAsWanted ? [] : [migration] };
}

const readProject = (): Project => ({
  topics: topics.map(({ topic }) => topic),
  functions: catalogue.map(({ consumer }) => consumer),
  migrations: readdirSync(inRepository('sql/migrations')).filter((name) => name.endsWith('.sql')),
  catalogue: read(CATALOGUE),
  exists: (path) => existsSync(inRepository(path)),
});

const read = (path: string): string => readFileSync(inRepository(path), 'utf8');
const write = ({ path, text }: NewFile): void => writeFileSync(inRepository(path), text);

/** @returns what makes the files as they are now, also those that aren't there */
function asTheyAre(files: readonly NewFile[]): () => void {
  const now = files.map(({ path }) => ({ path, text: existsSync(inRepository(path)) ? read(path) : undefined }));
  return () => {
    for (const { path, text } of now)
      if (text === undefined) rmSync(inRepository(path), { force: true });
      else write({ path, text });
  };
}

/** A long name breaks other lines than a short one. */
function format(files: readonly NewFile[]): void {
  const biome = inRepository('node_modules/@biomejs/biome/bin/biome');
  const paths = files.map(({ path }) => inRepository(path));
  execFileSync(process.execPath, [biome, 'format', '--write', ...paths], { cwd: repositoryRoot, stdio: 'pipe' });
}
