/** docs/parity.md says for every kind of resource what stands for it on one machine. */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { inRepository } from '#adapters/repository.ts';
import type { EnvironmentName } from './config/environment.ts';
import { synthesize } from './testing/templates.ts';

const fates = ['deployed', 'replaced', 'cloud only'] as const;
type Fate = (typeof fates)[number];

function typesOf(name: EnvironmentName): Set<string> {
  const templates = synthesize(name, { checked: false }).values() as Iterable<{ Resources?: Record<string, Resource> }>;
  return new Set([...templates].flatMap(({ Resources = {} }) => Object.values(Resources).map(({ Type }) => Type)));
}
interface Resource {
  readonly Type: string;
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
