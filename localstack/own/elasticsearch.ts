/** An Elasticsearch that somebody else runs, instead of one that the stack starts. */
import type { ElasticsearchService } from '../services/elasticsearch.ts';
import { runByOthers } from './run-by-others.ts';

const MAJOR = 8;

/** @throws if it can't be used, with what was expected of it and what to do */
export async function findElasticsearch(url: string): Promise<ElasticsearchService> {
  const found = await ask(url).catch((cause: Error) => {
    throw new Error(`Your Elasticsearch at ${url} doesn't answer: ${cause.message}.`, { cause });
  });
  if (Number.parseInt(found, 10) !== MAJOR)
    throw new Error(
      `Your Elasticsearch at ${url} is ${found}; expected ${MAJOR}.x, which the functions' client speaks.`,
    );
  return { ...runByOthers('Elasticsearch'), url };
}

/** @returns its version, such as "8.19.2" */
async function ask(url: string): Promise<string> {
  const response = await fetch(url, { signal: AbortSignal.timeout(10_000) });
  const answer = (await response.json()) as { version?: { number?: string } };
  if (response.status === 401) throw new Error('it wants a login, which is not supported here');
  return answer.version?.number ?? `of no version (it answers ${response.status})`;
}
