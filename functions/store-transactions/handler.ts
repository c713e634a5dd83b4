/** Kafka `transactions` → payments.transactions, each payment once, and the hours that it changed. */
import { streams } from '#domain/streams.ts';
import { tableHandler } from '#lambda/table-handler.ts';
import { storePayments } from './store.ts';

export const handler = tableHandler(streams.transactions, storePayments);
