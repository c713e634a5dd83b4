import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { inRepository } from '#adapters/repository.ts';
import { breaksOf, type Release, releasedStream } from '#domain/compatibility.ts';
import { catalogue } from '#domain/streams.ts';
import { releaseDate } from './release-date.ts';

const read = (path: string) => JSON.parse(readFileSync(inRepository(path), 'utf8'));
const released: Release & { version: string } = read('docs/released-streams.json');

it('every record that the last release took is still read, with the same values', () => {
  const breaks = breaksOf(released, catalogue.map(releasedStream));
  expect(breaks.map(({ what, why, instead }) => `${what}: ${why}; ${instead}.`)).toEqual([]);
});

it('the last release is that of the package and the changelog: `npm run docs:released` writes its streams', () => {
  expect(released.version).toBe(read('package.json').version);
  expect(released.date).toBe(releaseDate(released.version));
});
