import { readFileSync } from 'node:fs';
import { Ajv } from 'ajv';
import { expect, it } from 'vitest';
import { inRepository } from '#adapters/repository.ts';
import { configurationSchema } from '#domain/configuration/json-schema.ts';
import { keyNames, standardOf } from '#domain/configuration/keys.ts';
import { configurationPage, SCHEMA_FILE } from './configuration-page.ts';

const read = (path: string) => readFileSync(inRepository(path), 'utf8');

it('docs/configuration.md and the schema are those of the keys: if not, run `npm run docs:configuration`', () => {
  expect(read('docs/configuration.md')).toBe(configurationPage());
  expect(JSON.parse(read(SCHEMA_FILE))).toEqual(configurationSchema());
});

it('the schema takes the file of the project, the example of the page and every default, and no other key', () => {
  const validate = new Ajv({ strict: false, validateFormats: false }).compile(configurationSchema());
  const [, example = ''] = /```json\n(.*?)```/s.exec(configurationPage()) ?? [];
  const defaults = Object.fromEntries(keyNames.map((name) => [name, standardOf(name, 'prod')]));
  for (const content of [JSON.parse(read('tillstream.config.json')), JSON.parse(example), defaults])
    expect([validate(content), validate.errors]).toEqual([true, null]);
  for (const content of [{ 'retention.logs': 7 }, { 'windows.orders': 301 }, { environments: { prod: { a: 1 } } }])
    expect(validate(content)).toBe(false);
});
