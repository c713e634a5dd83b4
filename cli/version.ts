import { readFileSync } from 'node:fs';
import { inRepository } from '#adapters/repository.ts';

/** Of this checkout. */
export const version = (): string => JSON.parse(readFileSync(inRepository('package.json'), 'utf8')).version;
