/** What a walk through the templates knows of one function. */
import { type Stream, streams } from '#domain/streams.ts';
import type { FunctionNeeds } from '../../config/functions.ts';
import type { Resource } from './account.ts';
import type { CodeNeeds } from './code.ts';

export interface Walk {
  readonly name: string;
  readonly needs: FunctionNeeds;
  readonly code: CodeNeeds;
  readonly found: Resource;
  readonly resources: readonly Resource[];
}

/** Whether something is there, and what to call it if not. */
export type Finding = readonly [there: boolean, what: string];

/** The streams that the function consumes. */
export const streamsOf = ({ name }: Walk): Stream[] =>
  Object.values<Stream>(streams).filter(({ consumer }) => consumer === name);

export const usesKafka = ({ needs }: Walk): boolean => Boolean(needs.kafkaTopics ?? needs.produces);

export const variablesOf = ({ found }: Walk): Readonly<Record<string, string>> =>
  found.properties.Environment?.Variables ?? {};

export const ofType = ({ resources }: Pick<Walk, 'resources'>, type: string): Resource[] =>
  resources.filter((resource) => resource.type === type);

/** @throws if there is none: without it nothing can be said of the functions */
export function theOne(walk: Pick<Walk, 'resources'>, type: string): Resource {
  const [resource] = ofType(walk, type);
  if (!resource) throw new Error(`There is no ${type} in the templates.`);
  return resource;
}
