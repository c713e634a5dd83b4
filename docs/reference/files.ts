/** What `npm run docs:reference` writes: every page of docs/reference/ that needs no database, and the files for machines. */
import { readFileSync } from 'node:fs';
import { inRepository } from '#adapters/repository.ts';
import { jsonSchemaOf } from '#domain/json-schema.ts';
import { catalogue } from '#domain/streams.ts';
import { asyncApi } from './asyncapi.ts';
import { commandsPage } from './commands.ts';
import { deadLettersPage } from './dead-letters.ts';
import { functionsPage } from './functions.ts';
import { streamsPage } from './streams.ts';

const DRAFT = 'http://json-schema.org/draft-07/schema#';

/** @returns the text of each file by its path in docs/reference/ */
export async function referenceFiles(): Promise<Readonly<Record<string, string>>> {
  const { version } = JSON.parse(readFileSync(inRepository('package.json'), 'utf8')) as { version: string };
  const schemas = catalogue.map((stream) => [
    `schemas/${stream.topic}.json`,
    json({ $schema: DRAFT, ...jsonSchemaOf(stream) }),
  ]);
  return {
    'streams.md': streamsPage(),
    'dead-letters.md': deadLettersPage(),
    'functions.md': await functionsPage(),
    'commands.md': await commandsPage(),
    'asyncapi.json': json(asyncApi(version)),
    ...Object.fromEntries(schemas),
  };
}

const json = (value: object): string => `${JSON.stringify(value, null, 2)}\n`;
