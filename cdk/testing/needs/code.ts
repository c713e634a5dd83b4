/** What a function's code needs at run time, read from its bundle, which no longer has unused code. */
import { buildSync } from 'esbuild';
import { inRepository, repositoryRoot } from '#adapters/repository.ts';

export interface CodeNeeds {
  /** Environment variables that it reads, optional ones too. */
  readonly variables: readonly string[];
  /** Commands of the AWS SDK, such as PutObjectCommand. */
  readonly commands: readonly string[];
  /** Client id of the reader that fetches records which a delivery skipped; undefined if the code has no such reader. */
  readonly kafkaReader: string | undefined;
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
  const [kafkaReader] = text.includes('skipped(') ? all(/clientId: "(tillstream-offsets)"/g) : [];
  return {
    variables: [...all(/\b(?:required|number)\d*\(\s*"([A-Z][A-Z0-9_]+)"/g), ...all(/\benv\d*\.([A-Z][A-Z0-9_]+)/g)],
    commands: all(/\bnew (\w+Command)\(/g),
    kafkaReader,
  };
}
