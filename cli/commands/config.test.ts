import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { readConfiguration } from '#domain/configuration/read.ts';
import { describeAll, describeKey, run } from './config.ts';

const folder = mkdtempSync(join(tmpdir(), 'tillstream-config-'));
const file = join(folder, 'shop.json');
afterAll(() => rmSync(folder, { recursive: true }));

const effective = readConfiguration('prod', {
  file: { name: 'tillstream.config.json', content: { 'windows.orders': 7 } },
});

it('prints each key, its value and where it comes from', () => {
  const said = describeAll(effective);
  expect(said).toMatch(/^windows\.orders +7 +tillstream\.config\.json$/m);
  expect(said).toMatch(/^schedules\.curate_orders +@daily +default$/m);
});

it('says of one key what it changes, when, and where not', () => {
  const said = describeKey(effective, 'retention.kafka_hours', 'prod');
  for (const line of [
    /^retention\.kafka_hours +168$/m,
    /^changes +How long MSK/m,
    /^takes effect +With/m,
    /^not in +`local`/m,
  ])
    expect(said).toMatch(line);
});

it('checks a file for every environment', async () => {
  writeFileSync(file, '{"environments": {"dev": {"windows.order": 7}}}');
  const message = 'environments.dev: there is no key "windows.order". Did you mean windows.orders?';
  await expect(run(['check', file])).rejects.toThrow(message);
  await expect(run(['check', join(folder, 'none.json')])).rejects.toThrow('expected a file with a JSON object');
});

it.each([
  [['check'], 'expected a file, got none'],
  [['windows.orders', 'more'], 'config takes one key, or check and one file'],
  [['--for', 'staging'], '--for: expected one of local, dev, prod, got "staging"'],
])('refuses %j', async (args, message) => {
  await expect(run(args)).rejects.toThrow(message);
});
