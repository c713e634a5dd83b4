/** What a function's code needs at run time, read from its bundle, which no longer has unused code. */
import { buildSync } from 'esbuild';
import { inRepository, repositoryRoot } from '#adapters/repository.ts';

export interface CodeNeeds {
  /** Environment variables that it reads, optional ones too. */
  readonly variables: readonly string[];
  /** Commands of the AWS SDK, such as PutObjectCommand. */
  readonly commands: readonly string[];
  /** Ids of its Kafka clients, if they can read records: in groups whose names begin with the id (adapters/kafka/index.ts). */
  readonly kafkaReaders: readonly string[];
  /** Whether it fetches records that a delivery skipped. */
  readonly readsSkipped: boolean;
  /** Folders of .sql files that it reads. */
  readonly sql: readonly string[];
}

/** @param entry the file that exports its `handler` */
export function needsOfCode(entry: string): CodeNeeds {
  const { outputFiles } = buildSync({
    entryPoints: [inRepository(entry)],
    bundle: true,
    write: false,
    platform: 'node',
    format: 'esm',
    absWorkingDir: repositoryRoot,
    packages: 'external',
  });
  const text = outputFiles[0]?.text ?? '';
  const all = (pattern: RegExp) => [...new Set([...text.matchAll(pattern)].map((match) => match[1] as string))].sort();
  return {
    variables: [...all(/\b(?:required|number)\d*\(\s*"([A-Z][A-Z0-9_]+)"/g), ...all(/\benv\d*\.([A-Z][A-Z0-9_]+)/g)],
    commands: all(/\bnew (\w+Command)\(/g),
    kafkaReaders: text.includes('-reads-') ? all(/clientId: "([\w-]+)"/g) : [],
    readsSkipped: text.includes('skipped('),
    sql: all(/\bsqlFolder\d*\("(\w+)"\)/g).map((name) => `sql/${name}`),
  };
}
