/** One function as the check sees it: what its configuration and its code need, and what the templates have. */
import { type Stream, streams } from '#domain/streams.ts';
import type { FunctionNeeds } from '../../config/functions.ts';
import type { Resource } from './account.ts';
import type { CodeNeeds } from './code.ts';

export interface CheckedFunction {
  readonly name: string;
  readonly needs: FunctionNeeds;
  readonly code: CodeNeeds;
  readonly found: Resource;
  readonly resources: readonly Resource[];
}

/** Whether the templates have something, and how to name it if they don't. */
export type Finding = readonly [there: boolean, what: string];

/** The streams that the function consumes. */
export const streamsOf = ({ name }: CheckedFunction): Stream[] =>
  Object.values<Stream>(streams).filter(({ consumer }) => consumer === name);

export const usesKafka = ({ needs }: CheckedFunction): boolean => Boolean(needs.kafkaTopics ?? needs.produces);

export const variablesOf = ({ found }: CheckedFunction): Readonly<Record<string, string>> =>
  found.properties.Environment?.Variables ?? {};

export const ofType = ({ resources }: Pick<CheckedFunction, 'resources'>, type: string): Resource[] =>
  resources.filter((resource) => resource.type === type);

/** @throws if there is none: the functions can't be checked without it */
export function theOne(checked: Pick<CheckedFunction, 'resources'>, type: string): Resource {
  const [resource] = ofType(checked, type);
  if (!resource) throw new Error(`There is no ${type} in the templates.`);
  return resource;
}
