/** Reads the DAGs' names, calls and Variables from airflow/dags, so that permissions and alarms follow the code. */
import { readdirSync, readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { inRepository } from '#adapters/repository.ts';
import type { Configuration } from '#domain/configuration/keys.ts';

const FOLDER = 'airflow/dags';

/** Each file holds the DAG of its name; shared code is in folders. */
export const dagNames = (): string[] =>
  readdirSync(inRepository(FOLDER))
    .filter((file) => file.endsWith('.py'))
    .map((file) => basename(file, '.py'))
    .sort();

/** Functions that DAGs call: call_function("…"). */
export function functionsCalledByDags(): string[] {
  const calls = sources().flatMap((text) => [...text.matchAll(/\bcall_function\(\s*"([a-z-]+)"/g)]);
  return [...new Set(calls.map(([, name = '']) => name))].sort();
}

/** The text of every file. */
export const sources = (): string[] =>
  readdirSync(inRepository(FOLDER), { recursive: true, encoding: 'utf8' })
    .filter((path) => path.endsWith('.py'))
    .map((path) => readFileSync(inRepository(`${FOLDER}/${path}`), 'utf8'));

/** The schedule of each DAG. @throws if the configuration has none for it */
export function schedules(configuration: Configuration): ReadonlyMap<string, string> {
  const schedulesOf: Readonly<Record<string, unknown>> = configuration;
  return new Map(
    dagNames().map((dag) => {
      const schedule = schedulesOf[`schedules.${dag}`];
      if (typeof schedule !== 'string')
        throw new Error(`Expected a key schedules.${dag} in domain/configuration/keys.ts, found none.`);
      return [dag, schedule];
    }),
  );
}
