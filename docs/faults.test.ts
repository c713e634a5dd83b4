import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { inRepository } from '#adapters/repository.ts';
import { findKind, kindNames } from '../tests/faults/kinds.ts';

it('lists every kind of fault with what it breaks', async () => {
  const page = readFileSync(inRepository('docs/faults.md'), 'utf8');
  const listed = [...page.matchAll(/^\| `([\w-]+)` \| (.*) \|$/gm)].map(([, name, breaks]) => [name, breaks]);
  const kinds = await Promise.all(kindNames.map(async (name) => [name, (await findKind(name)).breaks]));
  expect(listed).toEqual(kinds);
});
