/** Helpers of the simulator's tests. */
import { createHash } from 'node:crypto';
import type { KafkaRecord } from '#domain/records.ts';
import { createExpectation, type Totals } from './expectation.ts';
import type { SimulatedMessage } from './messages.ts';

export function fingerprint(messages: readonly SimulatedMessage[]): string {
  const hash = createHash('sha256');
  for (const { topic, key, value, headers, timestamp } of messages)
    hash.update(JSON.stringify([topic, key, value?.toString('latin1') ?? null, headers, timestamp]));
  return hash.digest('hex');
}

export function expected(messages: readonly SimulatedMessage[]): Totals {
  const expectation = createExpectation();
  expectation.add(messages);
  return expectation.totals();
}

/** The messages as Kafka would deliver them from one partition. */
export const recordsFrom = (messages: readonly SimulatedMessage[]): KafkaRecord[] =>
  messages.map(({ key, ...rest }, offset) => ({ offset, key: key === null ? null : Buffer.from(key), ...rest }));
