import { readFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { inRepository } from '#adapters/repository.ts';
import { depths } from '#functions/prove/request.ts';
import { unseen } from '#functions/prove/unseen.ts';

const page = await readFile(inRepository('docs/guarantees.md'), 'utf8');
const section = (heading: string) => page.split('\n## ').find((text) => text.startsWith(heading)) ?? '';

test('docs/guarantees.md has the list of what nothing can tell, with its reasons', () => {
  const listed = [...section('What nothing can tell').matchAll(/`(\w+\.\w+\.\w+)`/g)].map(([, name]) => name);
  expect(listed).toEqual(unseen.flatMap(({ columns }) => columns));
  for (const { why, rows } of unseen) {
    expect(page).toContain(`- ${why}`);
    if (rows) expect(page).toContain(`Rows: \`${rows}\``);
  }
});

test('docs/guarantees.md says what each depth finds', () => {
  expect([...section('Depths').matchAll(/^\| `(\w+)` \|/gm)].map(([, depth]) => depth)).toEqual([...depths]);
});
