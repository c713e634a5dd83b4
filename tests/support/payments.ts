/** Payments as Kafka records. */
import type { PartitionBatch } from '#domain/records.ts';

/** A UUID that ends with the number. */
export const uuidOf = (number: number): string => `00000000-0000-4000-8000-${String(number).padStart(12, '0')}`;

export interface Payment {
  readonly id: number;
  readonly amount?: string;
  readonly currency?: string;
  readonly status?: string;
  readonly user?: number;
  readonly at?: string;
}

export const payment = ({ id, amount, currency, status, user, at }: Payment): string =>
  JSON.stringify({
    transaction_id: uuidOf(id),
    user_id: uuidOf(user ?? 7),
    amount: amount ?? '12.50',
    currency: currency ?? 'EUR',
    status: status ?? 'completed',
    event_time: at ?? '2026-01-02T03:04:05.678901Z',
  });

export const paymentBatch = (partition: number, from: number, values: readonly string[]): PartitionBatch => ({
  topic: 'transactions',
  partition,
  records: values.map((value, index) => ({
    offset: from + index,
    timestamp: 1_765_411_201_000,
    key: Buffer.from(`key ${from + index}`),
    value: Buffer.from(value),
    headers: [{ name: 'trace', value: Buffer.from('t1') }],
  })),
});
