/** Goes on with a topic that was deleted and made anew, or whose log was truncated. The one operation that needs a pool of the owner. */
import { type Republished, republish } from '#delivery/republish.ts';
import type { Stream } from '#domain/streams.ts';
import type { Backbone } from './backbone.ts';

export type { Republished };

/** Producers must be stopped. If it is interrupted it may be repeated: what is produced twice counts as repeats. */
export const republishTopic = async (
  { pool, kafka }: Pick<Backbone, 'pool' | 'kafka'>,
  stream: Stream,
): Promise<readonly Republished[]> => republish({ kafka: await kafka(), pool, stream });
