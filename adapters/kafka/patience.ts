/**
 * How long a fetch waits for records. While some come it is short, since whoever resumes a partition waits for the fetch under
 * way; once none have come for a while it is long, since most of what a consumer costs at rest are fetches, its own and the broker's
 * time. Records that come end it at once in any case, and so does leaving the group: kafkajs would wait.
 */
import type kafkajs from 'kafkajs';
import ConsumerGroup from 'kafkajs/src/consumer/consumerGroup.js';

export interface Patience {
  /** Milliseconds that a fetch waits. */
  readonly wait: number;
  /** The same once 25 fetches in a row had no record, while no partition is paused. */
  readonly waitAtRest: number;
}

interface Waiting extends Patience {
  /** Fetches since the last one that had records. */
  empty: number;
  readonly underWay: Set<() => void>;
  left: boolean;
}

const FETCHES_UNTIL_REST = 25;

/** By what only one consumer has, and kafkajs hands to it and to its assigner. */
const consumers = new WeakMap<object, Waiting>();

/** Milliseconds that the next fetch waits. @param empty fetches since the last one that had records */
export const fetchWait = ({ wait, waitAtRest }: Patience, empty: number, paused: boolean): number =>
  paused || empty < FETCHES_UNTIL_REST ? wait : waitAtRest;

/**
 * @param makeAssigner the one that the consumer uses
 * @returns what to give kafkajs as the consumer's assigner, and what ends the fetches under way for good
 */
export function bePatient(patience: Patience, makeAssigner: kafkajs.PartitionAssigner) {
  const waiting: Waiting = { ...patience, empty: 0, underWay: new Set(), left: false };
  const assigner: kafkajs.PartitionAssigner = (config) => {
    consumers.set(config.cluster, waiting);
    return makeAssigner(config);
  };
  const leave = (): void => {
    waiting.left = true;
    for (const end of waiting.underWay) end();
  };
  return { assigner, leave };
}

/** Waits as `consumers` says; what doesn't come from joinGroup fetches as kafkajs does. */
const { fetch } = ConsumerGroup.prototype;
ConsumerGroup.prototype.fetch = async function (nodeId) {
  const waiting = consumers.get(this.cluster);
  if (!waiting) return fetch.call(this, nodeId);
  if (waiting.left) return [];
  this.maxWaitTime = fetchWait(waiting, waiting.empty, this.paused().length > 0);
  const { promise: ended, resolve: end } = Promise.withResolvers<void>();
  waiting.underWay.add(end);
  try {
    const fetched = fetch.call(this, nodeId);
    const batches = await Promise.race([fetched, ended]);
    if (!batches) {
      fetched.catch(() => {});
      // kafkajs closes no connection that waits for an answer. This one is for fetches alone.
      const { connectionPool } = this.cluster.brokerPool.brokers[nodeId] ?? {};
      connectionPool?.pool[1]?.socket?.destroy(new Error('The consumer leaves.'));
      return [];
    }
    waiting.empty = batches.every((batch) => batch.isEmpty()) ? waiting.empty + 1 : 0;
    return batches;
  } finally {
    waiting.underWay.delete(end);
  }
};
