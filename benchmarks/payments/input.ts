import type { KafkaRecord } from '#domain/records.ts';

/** Payments without repeats, a second between two of them, as Kafka holds them. */
export const payments = (count: number): KafkaRecord[] =>
  Array.from({ length: count }, (_, offset) => {
    const user = `22222222-2222-4222-8222-${String(offset % 50_000).padStart(12, '0')}`;
    return {
      offset,
      timestamp: 1_765_411_201_000,
      key: Buffer.from(user),
      value: Buffer.from(
        JSON.stringify({
          // 7919 has no factor in common with 2^32, so that no id comes twice and they come in no order.
          transaction_id: `${((offset * 7919) % 2 ** 32).toString(16).padStart(8, '0')}-0000-4000-8000-000000000000`,
          user_id: user,
          amount: (offset % 50_000) / 100,
          currency: ['EUR', 'USD', 'GBP'][offset % 3],
          status: ['completed', 'pending', 'failed', 'refunded'][offset % 4],
          event_time: new Date(1_765_411_201_000 + offset * 1_000).toISOString(),
        }),
      ),
      headers: [],
    };
  });
