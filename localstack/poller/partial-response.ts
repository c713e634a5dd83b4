/**
 * ReportBatchItemFailures: the function names the records that it could not process, and what comes before the first of
 * them in their partition is done
 * (https://docs.aws.amazon.com/lambda/latest/dg/kafka-retry-configurations.html).
 */

/** The offsets of the batch's records by partition, ascending. */
export type BatchOffsets = ReadonlyMap<number, readonly number[]>;

/** The offset from which each partition is to be delivered again; a partition that is done is absent. */
export type RetryFrom = ReadonlyMap<number, number>;

/**
 * Reads what the function returned. Nothing, or a list that is missing, null or empty, means that all is done. An
 * identifier that is malformed or names no record of the batch means that nothing is.
 *
 * @param payload the function's answer, JSON or empty
 */
export function retryFrom(topic: string, batch: BatchOffsets, payload: string): RetryFrom {
  const failures = failuresIn(payload);
  if (failures === 'malformed') return all(batch);
  const first = new Map<number, number>();
  for (const failure of failures) {
    const failed = identified(topic, batch, failure);
    if (!failed) return all(batch);
    first.set(failed.partition, Math.min(failed.offset, first.get(failed.partition) ?? failed.offset));
  }
  return first;
}

/** Everything, from the first record of each partition. */
export const all = (batch: BatchOffsets): RetryFrom =>
  new Map([...batch].flatMap(([partition, [first]]) => (first === undefined ? [] : [[partition, first]])));

function failuresIn(payload: string): readonly unknown[] | 'malformed' {
  const response = payload === '' ? null : parse(payload);
  if (response === null) return [];
  if (!isObject(response)) return 'malformed';
  const failures = response.batchItemFailures ?? [];
  return Array.isArray(failures) ? failures : 'malformed';
}

function identified(topic: string, batch: BatchOffsets, failure: unknown) {
  if (!isObject(failure) || !isObject(failure.itemIdentifier)) return undefined;
  const { partition: name, offset } = failure.itemIdentifier;
  const partition = [...batch.keys()].find((each) => `${topic}-${each}` === name);
  if (partition === undefined || typeof offset !== 'number' || !batch.get(partition)?.includes(offset))
    return undefined;
  return { partition, offset };
}

function parse(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch {
    return json;
  }
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
