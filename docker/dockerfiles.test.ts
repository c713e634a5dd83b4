import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { buildSync } from 'esbuild';
import { describe, expect, it } from 'vitest';
import { inRepository, repositoryRoot } from '#adapters/repository.ts';
import { type Instruction, readDockerfile, readText } from './files.ts';

/** Each with its build context. */
const dockerfiles: readonly (readonly [path: string, context: string])[] = [
  ['docker/Dockerfile', '.'],
  ['docker/airflow/Dockerfile', '.'],
  ['docker/minio/Dockerfile', 'docker/minio'],
];

const named = (instructions: readonly Instruction[], name: string) =>
  instructions.filter((instruction) => instruction.name === name);

/** The folders and files that .dockerignore lets into the build context. */
const allowed = readText('.dockerignore')
  .split('\n')
  .filter((line) => line.startsWith('!'))
  .map((line) => line.slice(1));

it('the image of our programs has every folder that they may import', () => {
  const { imports } = JSON.parse(readText('package.json')) as { imports: Record<string, string> };
  const folders = Object.keys(imports).map((name) => name.slice(1, name.indexOf('/')));
  expect(folders).toContain('operations');
  expect(folders.filter((folder) => !allowed.includes(folder))).toEqual([]);
});

describe.each(dockerfiles)('%s', (path, context) => {
  const instructions = readDockerfile(path);
  const stages = named(instructions, 'FROM').map(({ words }) => words[2]);

  it('is based on pinned images', () => {
    for (const { words } of named(instructions, 'FROM'))
      if (!stages.includes(words[0])) expect(words[0]).toMatch(/:\d+\.\d+(\.\d+)?(-\w+)?(-\w+)?@sha256:[0-9a-f]{64}$/);
  });

  it('copies files that exist and that .dockerignore includes', () => {
    for (const { words } of named(instructions, 'COPY').filter(({ flags }) => flags.length === 0))
      for (const source of words.slice(0, -1)) {
        expect(existsSync(inRepository(join(context, source))), source).toBe(true);
        if (context === '.' && source !== '.') expect(allowed, source).toContain(source.split('/')[0]);
      }
    for (const flag of named(instructions, 'COPY').flatMap(({ flags }) => flags))
      if (flag.startsWith('--from=')) expect(stages).toContain(flag.slice('--from='.length));
  });

  it('uses only instructions that Docker knows, and does not run as root', () => {
    const known = 'ARG CMD COPY ENTRYPOINT ENV EXPOSE FROM HEALTHCHECK LABEL RUN SHELL STOPSIGNAL USER VOLUME WORKDIR';
    for (const { name } of instructions) expect(known.split(' ')).toContain(name);
    expect(named(instructions, 'USER').at(-1)?.words[0]).not.toBe('root');
    expect(named(instructions, 'USER')).not.toHaveLength(0);
  });
});

describe('the image of LocalStack', () => {
  it('has the server that refuses web pages', () => {
    const settings = named(readDockerfile('docker/Dockerfile'), 'ENV').flatMap(({ words }) => words);
    expect(settings).toContain('GATEWAY_SERVER=tillstream');
  });

  const copied = readDockerfile('docker/Dockerfile')
    .filter(({ words }) => words[0]?.startsWith('/tillstream/node_modules/'))
    .map(({ words }) => words[0]?.slice('/tillstream/node_modules/'.length));

  it('has the AWS SDK of the functions with its dependencies', () => {
    const clients = ['client-lambda', 'client-s3', 'client-secrets-manager', 'client-sns'];
    const needed = closureOf(clients.map((name) => `@aws-sdk/${name}`));
    expect(needed.size).toBeGreaterThan(20);
    for (const name of needed) expect(copied, name).toContain(name.startsWith('@') ? name.split('/')[0] : name);
  });
});

describe('the stage that installs Spark', () => {
  const instructions = readDockerfile('docker/Dockerfile');
  const begin = instructions.findIndex(({ words }) => words[2] === 'spark-install');
  const next = instructions.findIndex(({ name }, index) => name === 'FROM' && index > begin);
  const copied = named(instructions.slice(begin, next), 'COPY').flatMap(({ words }) => words.slice(0, -1));

  it('has every file that the installation imports', () => {
    const { metafile } = buildSync({
      entryPoints: ['localstack/install/spark.ts'],
      absWorkingDir: repositoryRoot,
      bundle: true,
      platform: 'node',
      format: 'esm',
      packages: 'external',
      metafile: true,
      write: false,
    });
    const imported = Object.keys(metafile.inputs);
    expect(imported).toContain('localstack/install/python.ts');
    const missing = imported.filter((path) => !copied.some((each) => path === each || path.startsWith(`${each}/`)));
    expect(missing).toEqual([]);
  });
});

/** Names of these packages and of all packages that they depend on. */
function closureOf(names: readonly string[], found = new Set<string>()): Set<string> {
  for (const name of names.filter((each) => !found.has(each))) {
    found.add(name);
    const { dependencies = {} } = JSON.parse(readText(`node_modules/${name}/package.json`));
    closureOf(Object.keys(dependencies), found);
  }
  return found;
}
