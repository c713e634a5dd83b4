/** What files a new stream begins with, in a project as it is. Pure. */
import { givenZones } from '../lake/zones.ts';
import { CATALOGUE, withStream } from './catalogue.ts';
import { descriptionText } from './description.ts';
import { testText } from './description-test.ts';
import { faultOfName, type Names, namesOf, ownColumns, type SinkKind } from './names.ts';

export interface WantedStream {
  readonly topic: string;
  readonly sink: SinkKind;
  /** The field that keys its records. */
  readonly key: string;
}

/** What is there already. */
export interface Project {
  /** Topics and functions of the platform. */
  readonly topics: readonly string[];
  readonly functions: readonly string[];
  /** Names of the files in sql/migrations. */
  readonly migrations: readonly string[];
  /** The text of the catalogue's file. */
  readonly catalogue: string;
  readonly exists: (path: string) => boolean;
}

export interface NewFile {
  readonly path: string;
  readonly text: string;
}

export interface StreamPlan {
  readonly names: Names;
  /** In the order in which they are written: the catalogue names a file that is there. */
  readonly files: readonly NewFile[];
}

/** Why a stream can't be added, and what to do. */
export class Refused extends Error {
  override readonly name = 'Refused';
}

/** @throws Refused */
export function planStream({ topic, sink, key }: WantedStream, project: Project): StreamPlan {
  const fault = faultOfName(topic);
  if (fault) throw new Refused(`NAME: ${fault}`);
  const faultOfKey = faultOfName(key);
  if (faultOfKey) throw new Refused(`--key: ${faultOfKey}`);
  const names = namesOf(topic, sink);
  refuseTaken(names, project);
  refuseKey(key, sink);
  const catalogue = withStream(project.catalogue, names);
  if (catalogue === undefined)
    throw new Refused(
      `Expected the imports and the list \`streams\` of ${CATALOGUE} one a line, as Biome formats them, found them otherwise. ` +
        'Nothing was written. `npm run format` may help.',
    );
  const description = `domain/streams/${names.file}`;
  return {
    names,
    files: [
      { path: `${description}.ts`, text: descriptionText(names, sink, key) },
      { path: `${description}.test.ts`, text: testText(names, key) },
      { path: CATALOGUE, text: catalogue },
    ],
  };
}

function refuseTaken({ topic, file, consumer, constant }: Names, project: Project): void {
  if (project.topics.includes(topic))
    throw new Refused(
      `There is a topic ${topic} already: npx tillstream messages ${topic} shows it. Choose another name.`,
    );
  if (givenZones.includes(topic))
    throw new Refused(
      `${topic} is what a zone of the lake is called (npx tillstream lake --zone ${topic}). Choose another name.`,
    );
  const path = `domain/streams/${file}.ts`;
  if (project.exists(path))
    throw new Refused(
      `There is a file ${path} already, which the catalogue doesn't name. Name it there, or remove it.`,
    );
  if (project.functions.includes(consumer) || project.exists(`functions/${consumer}`))
    throw new Refused(`There is a function ${consumer} already. Choose another name.`);
  if (new RegExp(`\\b${constant}\\b`).test(project.catalogue.replaceAll(/\/\*\*.*?\*\/|\/\/.*$|'[^'\n]*'/gms, '')))
    throw new Refused(`${CATALOGUE} has something named ${constant} already. Choose another name.`);
}

function refuseKey(key: string, sink: SinkKind): void {
  if (['amount', 'currency', 'occurred_at'].includes(key))
    throw new Refused(`--key: expected the field of an id, by which records stay in sequence, got ${key}`);
  const place = { table: 'table', lake: 'object of the lake' }[sink];
  if (ownColumns(sink).includes(key))
    throw new Refused(`--key: expected another name than ${key}: each ${place} has such a column of its own`);
}
