import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { inRepository } from '#adapters/repository.ts';
import { breaksOf, type ReleasedStream, releasedStream } from '#domain/compatibility.ts';
import { catalogue } from '#domain/streams.ts';

const read = (path: string) => JSON.parse(readFileSync(inRepository(path), 'utf8'));
const released: { version: string; streams: ReleasedStream[] } = read('docs/released-streams.json');

it('every record that the last release took is still read, with the same values', () => {
  const breaks = breaksOf(released.streams, catalogue.map(releasedStream));
  expect(breaks.map(({ what, why, instead }) => `${what}: ${why}; ${instead}.`)).toEqual([]);
});

it('the last release is that of the package: `npm run docs:released` writes its streams', () => {
  expect(released.version).toBe(read('package.json').version);
});
