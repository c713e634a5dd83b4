/** Kafka `online_orders`, `store_sales`, `supplier_restocks`, `stock_counts` → exact stock, the log of events, and their announcement. */
import { inventoryStreams } from '#domain/streams.ts';
import { tableHandler } from '#lambda/table-handler.ts';
import { applyMovements } from './apply-movements.ts';

export const handler = tableHandler(inventoryStreams, applyMovements, { announces: true });
