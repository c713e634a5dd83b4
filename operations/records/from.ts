/** Where to begin in a topic, as people write it. Pure. */
import { readTime } from '#domain/time.ts';
import type { From } from './browse.ts';

/**
 * @param text `newest`, `oldest`, `live` for what is yet to come, an offset, or an ISO 8601 time; one without a zone is UTC, and a day means its beginning
 * @returns undefined if it is none of these
 */
export function readFrom(text: string): From | undefined {
  if (text === 'newest' || text === 'oldest') return text;
  if (text === 'live') return 'end';
  if (/^\d{1,15}$/.test(text)) return { offset: Number(text) };
  try {
    return { time: readTime(text) };
  } catch {
    return undefined;
  }
}
