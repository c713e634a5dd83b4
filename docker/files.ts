/** Readers for the tests of this folder: YAML, environment files and Dockerfiles. */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { inRepository } from '#adapters/repository.ts';

const require = createRequire(import.meta.url);
/** aws-cdk-lib includes a YAML parser and a schema validator, which saves two packages for tests alone. */
const ofCdk = createRequire(require.resolve('aws-cdk-lib/package.json'));

interface Yaml {
  parse(text: string, options: { merge: boolean }): unknown;
}
interface SchemaValidator {
  Validator: new () => { validate(value: unknown, schema: unknown): { errors: readonly object[] } };
}

export const readText = (path: string): string => readFileSync(inRepository(path), 'utf8');

export const readYaml = <T>(path: string): T => (ofCdk('yaml') as Yaml).parse(readText(path), { merge: true }) as T;

/** @returns the violations as text */
export function schemaErrors(value: unknown, schemaPath: string): string[] {
  const { Validator } = ofCdk('jsonschema') as SchemaValidator;
  return new Validator().validate(value, JSON.parse(readText(schemaPath))).errors.map(String);
}

/** Names and values of a .env file. */
export function readEnv(path: string): Record<string, string> {
  const lines = readText(path).split('\n');
  const entries = lines.map((line) => /^([A-Z][A-Z0-9_]*)=(.*)$/.exec(line)).filter((match) => match !== null);
  return Object.fromEntries(entries.map(([, name = '', value = '']) => [name, value]));
}

export interface Instruction {
  /** FROM, COPY, … */
  readonly name: string;
  /** `--from=packages` and the like. */
  readonly flags: readonly string[];
  readonly words: readonly string[];
}

export function readDockerfile(path: string): Instruction[] {
  const lines = readText(path)
    .replaceAll(/^\s*#.*\n/gm, '')
    .replaceAll('\\\n', ' ')
    .split('\n')
    .filter((line) => line.trim() !== '');
  return lines.map((line) => {
    const [name = '', ...rest] = line.trim().split(/\s+/);
    return {
      name,
      flags: rest.filter((word) => word.startsWith('--')),
      words: rest.filter((word) => !word.startsWith('--')),
    };
  });
}
