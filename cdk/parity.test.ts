/** docs/parity.md tells of every kind of resource what becomes of it on one machine. */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { App } from 'aws-cdk-lib';
import { describe, expect, it } from 'vitest';
import type { EnvironmentName } from './config/environment.ts';
import { environmentNamed } from './config/environments.ts';
import { inRepository } from './paths.ts';
import { buildPlatform } from './platform.ts';

const fates = ['deployed', 'replaced', 'cloud only'] as const;
type Fate = (typeof fates)[number];

/** Without bundling and checks: only what there is matters here. */
function typesOf(name: EnvironmentName): Set<string> {
  const { context } = JSON.parse(readFileSync(inRepository('cdk.json'), 'utf8'));
  const outdir = mkdtempSync(join(tmpdir(), 'tillstream-parity-'));
  try {
    const app = new App({ context: { ...context, 'aws:cdk:bundling-stacks': [] }, outdir });
    buildPlatform(app, environmentNamed(name));
    const resources = app
      .synth({ skipValidation: true })
      .stacks.flatMap(({ template }) => Object.values<{ Type: string }>(template.Resources ?? {}));
    return new Set(resources.map(({ Type }) => Type));
  } finally {
    rmSync(outdir, { recursive: true, force: true });
  }
}

const rows = readFileSync(inRepository('docs/parity.md'), 'utf8')
  .split('\n')
  .filter((line) => line.startsWith('| `'))
  .flatMap((line) => {
    const [types = '', fate = ''] = line
      .split('|')
      .slice(1)
      .map((cell) => cell.trim());
    return types.split(', ').map((type) => [type.replaceAll('`', ''), fate as Fate] as const);
  });

const local = typesOf('local');
const cloud = new Set([...typesOf('dev'), ...typesOf('prod')]);

describe('docs/parity.md', () => {
  it('has every kind of resource once, and no other', () => {
    expect(rows.map(([type]) => type).sort()).toEqual([...new Set([...cloud, ...local])].sort());
  });

  it.each(rows)('says of %s whether it is deployed, replaced or cloud only: %s', (type, fate) => {
    expect(fates).toContain(fate);
    expect(local.has(type)).toBe(fate === 'deployed');
  });

  it('leaves nothing on one machine that is not in the cloud', () => {
    for (const type of local) expect(cloud, type).toContain(type);
  });
});
