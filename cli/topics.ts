/** Topics and reasons of dead letters as people name them on the command line. */
import { type Reason, reasons } from '#domain/dead-letters.ts';
import { catalogue, streams, topics } from '#domain/streams.ts';
import { UserError } from './command.ts';

/** The topics whose records functions consume. */
export const consumedTopics: readonly string[] = catalogue.map(({ topic }) => topic);

/** Those, and what functions write. */
export const allTopics: readonly string[] = topics.map(({ topic }) => topic);

/** @throws UserError with the topics that there are */
export function requireTopic(text: string | undefined): string {
  if (text !== undefined && allTopics.includes(text)) return text;
  throw new UserError(`Expected one of the topics ${allTopics.join(', ')}, got ${text ?? 'none'}.`);
}

/**
 * @returns undefined if `--topic` was not given
 * @throws UserError with the topics that there are
 */
export function readTopic(text: string | undefined): string | undefined {
  if (text === undefined || consumedTopics.includes(text)) return text;
  throw new UserError(`--topic: expected one of ${consumedTopics.join(', ')}, got "${text}"`);
}

/** @returns undefined if no function consumes such a topic */
export const streamOf = (topic: string | undefined) => Object.values(streams).find((stream) => stream.topic === topic);

/**
 * @returns undefined if `--reason` was not given
 * @throws UserError with the reasons that there are
 */
export function readReason(text: string | undefined): Reason | undefined {
  if (text === undefined || Object.hasOwn(reasons, text)) return text as Reason | undefined;
  throw new UserError(`There is no reason ${text}. The reasons are: ${Object.keys(reasons).join(', ')}`);
}
