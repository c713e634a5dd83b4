/** Writes docs/released-streams.json: at a release, what the next one must still read (docs/release.md). */
import { readFileSync, writeFileSync } from 'node:fs';
import { inRepository } from '#adapters/repository.ts';
import { releasedStream } from '#domain/compatibility.ts';
import { catalogue } from '#domain/streams.ts';
import { releaseDate } from './release-date.ts';

const { version } = JSON.parse(readFileSync(inRepository('package.json'), 'utf8')) as { version: string };
const released = { version, date: releaseDate(version), streams: catalogue.map(releasedStream) };
writeFileSync(inRepository('docs/released-streams.json'), `${JSON.stringify(released, null, 2)}\n`);
