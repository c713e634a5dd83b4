import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { inRepository } from '#adapters/repository.ts';
import { keyNames, standardOf } from '#domain/configuration/keys.ts';
import { readConfiguration } from '#domain/configuration/read.ts';
import { dagNames, schedules } from './dags.ts';

it('every DAG has a key for its schedule, and no other has one', () => {
  const named = keyNames.filter((name) => name.startsWith('schedules.')).map((name) => name.split('.')[1]);
  expect(named.toSorted()).toEqual(dagNames());
});

it.each(dagNames())('%s runs as the key says, by the same standard', (dag) => {
  const text = readFileSync(inRepository(`airflow/dags/${dag}.py`), 'utf8');
  const [, name, standard] = /schedule=schedule_of\("(\w+)", "([^"]+)"\),$/m.exec(text) ?? [];
  const key = `schedules.${dag}` as (typeof keyNames)[number];
  expect([name, standard]).toEqual([dag, standardOf(key, 'prod')]);
  const changed = readConfiguration('prod', { options: { [key]: '7 * * * *' } }).values;
  expect(schedules(changed).get(dag)).toBe('7 * * * *');
});
