/**
 * Lambda's Kafka event source mapping on one machine: consumes a topic as a member of a consumer group and invokes a
 * function with batches of its records, at least once, in order within each partition.
 *
 * Decisions are in deliveries.ts and batching.ts; this file fetches, invokes and commits.
 */
import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import type { KafkaConfiguration } from '#adapters/configuration.ts';
import { encodeEvent } from '#adapters/kafka/lambda-event.ts';
import { PAYLOAD_BYTES } from '#domain/deliverable.ts';
import type { Batching } from '#domain/streams.ts';
import { backoff } from './backoff.ts';
import {
  assign,
  type Batch,
  committed,
  cut,
  finish,
  isFull,
  newDeliveries,
  type Partition,
  receive,
  retry,
  uncommitted,
} from './deliveries.ts';
import { stayInGroup } from './group.ts';
import type { Invoker } from './invoke.ts';
import type { PollerEvent } from './poller-events.ts';

/** An event source mapping, in Lambda's terms. */
export interface Mapping extends Batching {
  readonly functionName: string;
  readonly topic: string;
  /** If absent, a new group. */
  readonly consumerGroupId?: string | undefined;
}

export interface PollerOptions extends KafkaConfiguration {
  /** The address of Lambda's API. Region and credentials are the AWS SDK's. */
  readonly lambdaEndpoint: string;
  readonly mapping: Mapping;
  readonly onEvent?: ((event: PollerEvent) => void) | undefined;
}

export interface Poller {
  /** Gives invocations 3 s to end, abandons the rest, commits and leaves the group; takes at most 5 s. */
  stop(): Promise<void>;
  stats(): PollerStats;
}

export interface PollerStats {
  readonly invocations: number;
  readonly failures: number;
  /** Processed records; one that was processed twice counts twice. */
  readonly records: number;
  readonly partitions: readonly {
    readonly partition: number;
    readonly waiting: number;
    readonly busy: boolean;
    readonly processed: number | undefined;
    readonly committed: number | undefined;
  }[];
}

/** Milliseconds. At rest, most of a poller's time, and of Kafka's, goes into fetches. */
const FETCH_WAIT = 200;
const FETCH_WAIT_AT_REST = 2_000;

/** Of each partition; a batch takes a few of these. With all topics behind, the process took 930 MB, and 1,140 MB with 2 MB. */
const FETCH_BYTES = 512 * 1024;

const GRACE = 3_000;
const LEAVING = 1_000;

/** Starts polling at once, and keeps trying while Kafka or the function cannot be reached. */
export function startPoller({ lambdaEndpoint, mapping, onEvent, ...kafka }: PollerOptions): Poller {
  const { topic, functionName, startingPosition } = mapping;
  const groupId = mapping.consumerGroupId ?? randomUUID();
  const source = {
    eventSourceArn: `arn:aws:kafka:us-east-1:000000000000:cluster/tillstream/${groupId}`,
    bootstrapServers: kafka.bootstrapServers,
    topic,
  };
  const deliveries = newDeliveries(source, {
    records: mapping.batchSize,
    bytes: PAYLOAD_BYTES,
    windowMilliseconds: mapping.maximumBatchingWindowInSeconds * 1_000,
  });
  let invoker: Promise<Invoker> | undefined;
  /** The AWS SDK is loaded with the first event: there may be none. */
  const loadInvoker = () => {
    invoker ??= import('./invoke.ts').then(({ newInvoker }) => newInvoker(lambdaEndpoint, functionName));
    return invoker;
  };
  const report = onEvent ?? (() => undefined);
  const stopping = new AbortController();
  const abandoning = new AbortController();
  const underWay = new Set<Promise<void>>();
  const counts = { invocations: 0, failures: 0, records: 0 };
  let timer: NodeJS.Timeout | undefined;
  let committing: Promise<void> | undefined;

  /** Sends every batch that is due, and schedules itself for when the next one will be. */
  function pump(): void {
    clearTimeout(timer);
    while (!stopping.signal.aborted) {
      const next = cut(deliveries, Date.now());
      if (next.kind === 'wait') timer = setTimeout(pump, next.milliseconds);
      if (next.kind !== 'batch') return;
      for (const partition of next.batch.keys()) throttle(partition);
      const delivery = deliver(next.batch).finally(() => underWay.delete(delivery));
      underWay.add(delivery);
    }
  }

  /** Keeps the poller's memory bounded however slow the function is: about two batches for each partition. */
  function throttle(partition: Partition): void {
    if (isFull(deliveries, partition)) group.member?.pause(partition.partition);
    else group.member?.resume(partition.partition);
  }

  async function deliver(batch: Batch): Promise<void> {
    let rest = batch;
    for (let failures = 1; rest.size > 0 && !stopping.signal.aborted; failures += 1) {
      const records = count(rest);
      const event = encodeEvent(
        source,
        new Map([...rest].map(([{ partition }, records]) => [partition, texts(records)])),
      );
      const started = performance.now();
      const outcome = await (await loadInvoker()).invoke(event, abandoning.signal);
      const succeeded = outcome.kind === 'success';
      if (succeeded) finish(deliveries, rest);
      rest = succeeded ? new Map() : retry(deliveries, rest);

      counts.invocations += 1;
      counts.failures += succeeded ? 0 : 1;
      counts.records += succeeded ? records : 0;
      report({
        kind: 'invoked',
        records,
        bytes: event.length,
        milliseconds: Math.round(performance.now() - started),
        toRetry: count(rest),
        ...(!succeeded && { failure: outcome.reason }),
      });
      commitSoon();
      pump();
      if (rest.size === 0) return;
      await delay(backoff(failures), undefined, { signal: stopping.signal }).catch(() => undefined);
      rest = retry(deliveries, rest);
      pump();
    }
  }

  function commitSoon(): void {
    committing ??= commit().finally(() => {
      committing = undefined;
      // Some records may have been processed just as the last commit ended.
      if (uncommitted(deliveries).size > 0 && !stopping.signal.aborted) commitSoon();
    });
  }

  /** Commits until nothing is left to commit; retries while the group rebalances or the broker is away. */
  async function commit(): Promise<void> {
    for (let failures = 1; ; ) {
      const offsets = uncommitted(deliveries);
      if (offsets.size === 0) return;
      try {
        if (!group.member) throw new Error('not a member of the group at the moment');
        await group.member.commit(offsets);
        committed(deliveries, offsets);
        failures = 1;
      } catch (error) {
        report({ kind: 'commit-failed', reason: String(error) });
        if (stopping.signal.aborted) return;
        await delay(backoff(failures), undefined, { signal: stopping.signal }).catch(() => undefined);
        failures += 1;
      }
    }
  }

  const group = stayInGroup(
    {
      ...kafka,
      clientId: `${functionName}-poller`,
      groupId,
      topic,
      startingPosition,
      fetchWait: FETCH_WAIT,
      fetchWaitAtRest: FETCH_WAIT_AT_REST,
      partitionBytes: FETCH_BYTES,
      assigned(partitions, continued) {
        const positions = assign(deliveries, partitions, continued);
        for (const partition of deliveries.owned.values()) throttle(partition);
        report({ kind: 'assigned', partitions });
        pump();
        return positions;
      },
      fetched(fetched) {
        const moved = receive(deliveries, fetched, Date.now());
        if (moved) report(moved);
        const partition = deliveries.owned.get(fetched.partition);
        if (partition) throttle(partition);
        pump();
      },
    },
    (error) => {
      assign(deliveries, [], false);
      report({ kind: 'lost-kafka', reason: String(error) });
    },
  );

  return {
    async stop() {
      clearTimeout(timer);
      stopping.abort();
      await settled(Promise.all(underWay), GRACE);
      abandoning.abort();
      await settled(Promise.all(underWay), 200);
      await settled(committing ?? commit(), 500);
      await settled(group.leave(), LEAVING);
      (await invoker)?.close();
    },
    stats: () => ({
      ...counts,
      partitions: [...deliveries.owned.values()].map(({ partition, waiting, processed, committed }) => ({
        partition,
        waiting: waiting.length,
        busy: deliveries.busy.has(partition),
        processed,
        committed,
      })),
    }),
  };
}

const count = (batch: Batch): number => [...batch.values()].reduce((sum, records) => sum + records.length, 0);
const texts = (records: readonly { readonly json: string }[]): string[] => records.map(({ json }) => json);

/** Waits for a promise to settle, for at most this long. */
const settled = (promise: Promise<unknown>, milliseconds: number): Promise<unknown> =>
  Promise.race([promise.catch(() => undefined), delay(milliseconds, undefined, { ref: false })]);
