/** Readers for the tests of this folder: YAML, environment files and Dockerfiles. */
import { readFileSync } from 'node:fs';
import { Ajv } from 'ajv';
import { parse } from 'yaml';
import { inRepository } from '#adapters/repository.ts';

export const readText = (path: string): string => readFileSync(inRepository(path), 'utf8');

export const readYaml = <T>(path: string): T => parse(readText(path), { merge: true }) as T;

/** @returns the violations as text */
export function schemaErrors(value: unknown, schemaPath: string): string[] {
  // The schema is another project's, with words and formats of its own, of which strict mode would complain.
  const ajv = new Ajv({ allErrors: true, strict: false, validateFormats: false, validateSchema: false });
  const validate = ajv.compile(JSON.parse(readText(schemaPath)));
  return validate(value)
    ? []
    : (validate.errors ?? []).map(({ instancePath, message }) => `${instancePath} ${message}`);
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
