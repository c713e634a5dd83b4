/** How to connect to a backbone: where each service is, whether it answers, the logins, and programs that run as they stand. */
import { randomUUID } from 'node:crypto';
import type { Stream } from '#domain/streams.ts';
import type { Backbone } from '../backbone.ts';
import { askServices, sentenceOf } from '../services.ts';
import { freshExample } from '../streams/example.ts';
import { type Access, type Place, withoutSecrets } from './access.ts';
import { type Example, type Snippet, snippetsOf } from './snippets.ts';

export interface AnsweringPlace extends Place {
  readonly answers: boolean;
  /** As `doctor` says it. */
  readonly sentence: string;
}

export interface Connect {
  readonly topic: string;
  readonly places: readonly AnsweringPlace[];
  readonly snippets: readonly Snippet[];
  readonly within: Access['within'];
  /** Whether logins are left out. */
  readonly isWithoutSecrets: boolean;
}

/** @returns undefined if whoever opened the backbone doesn't know where it is */
export async function connectTo(
  { access }: Pick<Backbone, 'access'>,
  stream: Stream,
  { secrets }: { readonly secrets: boolean },
): Promise<Connect | undefined> {
  if (!access) return undefined;
  const { places, clients, within } = secrets ? access : withoutSecrets(access);
  const answers = await askServices(places);
  return {
    topic: stream.topic,
    places: places.map((place, index) => {
      const answer = answers[index] ?? { ...place, answers: false };
      return { ...place, answers: answer.answers, sentence: sentenceOf(answer) };
    }),
    snippets: snippetsOf(clients, exampleFor(stream)),
    within,
    isWithoutSecrets: !secrets,
  };
}

/** A record that its consumer takes, and that was not there before. */
export function exampleFor(stream: Stream, now = new Date()): Example {
  const value = freshExample(stream, { id: randomUUID, now });
  const { [stream.key]: key } = JSON.parse(value) as Readonly<Record<string, string>>;
  return { topic: stream.topic, key: key ?? '', value, lake: stream.lake?.prefix ?? null };
}
