import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { configurationOf, configurationVariables } from './configuration-file.ts';

const folder = mkdtempSync(join(tmpdir(), 'tillstream-configuration-'));
afterAll(() => rmSync(folder, { recursive: true }));

function written(text: string): string {
  const file = join(folder, 'shop.json');
  writeFileSync(file, text);
  return file;
}

it('reads variables and the file that TILLSTREAM_CONFIG names on this machine alone, and elsewhere the file that is given', () => {
  const file = written('{"windows.orders": 33, "environments": {"prod": {"windows.transactions": 44}}}');
  const env = { TILLSTREAM_CONFIG: file, TILLSTREAM_WINDOWS_ORDERS: '55' };
  const [local, prod] = [configurationOf('local', { env }), configurationOf('prod', { env, file })];
  expect([local.values['windows.orders'], local.from['windows.orders']]).toEqual([55, 'TILLSTREAM_WINDOWS_ORDERS']);
  expect([prod.values['windows.orders'], prod.from['windows.orders']]).toEqual([33, file]);
  expect(configurationOf('prod', { env }).values['windows.orders']).not.toBe(33);
  expect([local.values['windows.transactions'], prod.values['windows.transactions']]).toEqual([5, 44]);
});

it('names a file that is missing, or is no JSON', () => {
  const read = (TILLSTREAM_CONFIG: string) => () => configurationOf('local', { env: { TILLSTREAM_CONFIG } });
  expect(read(join(folder, 'none.json'))).toThrow(/none\.json: expected a file with a JSON object\. ENOENT/);
  expect(read(written('{"a": 1,}'))).toThrow(/shop\.json: expected a file with a JSON object\. .*JSON/);
});

it('hands on what a process in another folder needs to read the same, and nothing else', () => {
  const env = {
    TILLSTREAM_CONFIG: 'a/shop.json',
    TILLSTREAM_PROCESS_SCHEDULE: 'b',
    TILLSTREAM_WINDOWS_ORDERS: '1',
    HOME: 'c',
  };
  const { HOME: _, ...handedOn } = env;
  expect(configurationVariables(env)).toEqual({ ...handedOn, TILLSTREAM_CONFIG: resolve('a/shop.json') });
});
