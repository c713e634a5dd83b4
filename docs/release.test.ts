import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { inRepository } from '#adapters/repository.ts';

const read = (path: string) => readFileSync(inRepository(path), 'utf8');
const { version } = JSON.parse(read('package.json')) as { version: string };

it('the changelog’s newest version is that of the package, its lock and its image', () => {
  const [, newest] = /^## (\d+\.\d+\.\d+) - \d{4}-\d{2}-\d{2}$/m.exec(read('CHANGELOG.md')) ?? [];
  expect(newest).toBe(version);
  expect(JSON.parse(read('package-lock.json'))).toMatchObject({ version });
  const images = [...read('docker-compose.yml').matchAll(/image: tillstream\/tillstream:(\S+)/g)];
  expect(new Set(images.map(([, tag]) => tag))).toEqual(new Set([version]));
});
