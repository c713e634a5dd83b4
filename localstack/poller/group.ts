/** Stays a member of a consumer group: joins it, and joins again whenever Kafka was lost. */
import { type GroupMember, type GroupOptions, joinGroup } from '#adapters/kafka/index.ts';
import { again } from './backoff.ts';

export interface Membership {
  /** Undefined while Kafka is lost. */
  readonly member: GroupMember | undefined;
  leave(): Promise<void>;
}

/** @param lost is called each time the membership ends or fails to begin */
export function stayInGroup(options: Omit<GroupOptions, 'failed'>, lost: (error: unknown) => void): Membership {
  const leaving = new AbortController();
  let member: GroupMember | undefined;
  const staying = again(leaving.signal, async () => {
    const ended = Promise.withResolvers<void>();
    try {
      const joined = await joinGroup({ ...options, failed: ended.reject });
      member = joined;
      leaving.signal.addEventListener('abort', () => ended.resolve(), { once: true });
      if (!leaving.signal.aborted) await ended.promise;
      await joined.leave();
    } catch (error) {
      await member?.leave().catch(() => undefined);
      member = undefined;
      lost(error);
    }
  });

  return {
    get member() {
      return member;
    },
    leave() {
      leaving.abort();
      return staying;
    },
  };
}
