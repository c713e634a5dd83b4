/**
 * Columns of which nothing tells the proof what they must be: an edit there is not found. docs/guarantees.md has the same list,
 * and tests/integration/proof-edits.test.ts plants an edit in every column that is not on it.
 */
export interface Unseen {
  readonly why: string;
  /** schema.table.column */
  readonly columns: readonly string[];
  /** If only of some rows: a condition in SQL. */
  readonly rows?: string;
}

const of = (table: string, ...columns: readonly string[]): string[] => columns.map((column) => `${table}.${column}`);

export const unseen: readonly Unseen[] = [
  {
    why: 'The shop’s own: they are the source, as Kafka is, and the shop may change them at any time.',
    columns: [
      ...of('shop.suppliers', 'supplier_id', 'name', 'contact'),
      ...of('shop.product_history', 'product_id', 'valid_from', 'name', 'price'),
      ...of('inventory.shelf_history', 'product_id', 'valid_from', 'opening_quantity', 'low_stock_threshold'),
      ...of('inventory.inventory', 'low_stock_threshold'),
    ],
  },
  {
    why: 'The same, of a row that didn’t come by a topic.',
    columns: [...of('shop.products', 'is_gone'), ...of('shop.customers', 'name', 'email', 'is_gone')],
    rows: 'delivery_id is null',
  },
  {
    why: 'When something was done, and by whom: only this row says so.',
    columns: [
      ...of('ledger.deliveries', 'planned_at', 'committed_at'),
      ...of('ledger.dead_letters', 'failed_at'),
      ...of('ledger.loads', 'run_id', 'loaded_at'),
      ...of('ledger.announcements', 'created_at', 'sent_at'),
      ...of('ledger.outbox', 'created_at', 'sent_at', 'sent_partition', 'sent_offset'),
      ...of('ledger.redrives', 'redrive_id', 'redriven_by', 'redriven_at'),
      ...of('ledger.backfills', 'delivery_id', 'field', 'filled', 'filled_by', 'filled_at'),
      ...of('ledger.losses', 'loss_id', 'noticed_at'),
      ...of('ledger.acknowledged_losses', 'acknowledged_by', 'acknowledged_at', 'reason'),
      ...of('inventory.inventory', 'last_updated'),
      ...of('curated.curations', 'curated_at'),
      ...of('gold.aggregations', 'aggregated_at'),
    ],
  },
  {
    why: 'A note of a job about its own work: a wrong one has the work done again, or the check of its result finds what is missing.',
    columns: [
      ...of('payments.changed_hours', 'event_hour', 'changed_at', 'waiting_since'),
      ...of('payments.transformed_hours', 'event_hour', 'transformed_at', 'indexed_as_of'),
      ...of('payments.compared_index', 'is_the_only_row', 'index_uuid', 'view_md5', 'compared_at'),
      ...of('gold.days_to_recount', 'event_date'),
      ...of('curated.curations', 'delivery_id'),
      ...of('ledger.closing', 'is_the_only_row', 'closings', 'closed_at', 'transformed_as_of', 'open_hours'),
      ...of('ledger.closed_partitions', 'taken_before'),
      ...of('ledger.announcements', 'sent_hour'),
      ...of('ledger.outbox', 'sent_hour'),
      ...of('ledger.partitions', 'republished_before'),
      ...of('ledger.relay_hours', 'is_the_only_row', 'hours', 'counted_at'),
      ...of('ledger.turns', 'work', 'taken_by'),
    ],
  },
  {
    why: 'What a proof said; nothing is made of it, and the next proof says it anew.',
    columns: [
      ...of('ledger.proofs', 'proof_id', 'proved_at', 'took', 'depth', 'everything', 'settled', 'curated', 'dags'),
      ...of('ledger.proofs', 'balanced', 'checks', 'off', 'totals'),
      ...of('ledger.proof_checks', 'proof_id', 'read', 'checks'),
    ],
  },
  {
    why: 'Tells an order: an edit that changes the order is found, by what was on hand, and no other matters.',
    columns: of('ledger.announcements', 'announcement_id'),
  },
  {
    why: 'Its words may be others in the next version; the reason beside it is compared.',
    columns: of('ledger.dead_letters', 'message'),
  },
  {
    why: 'As the shop said it when the order was curated; the shop keeps no history of it.',
    columns: of('curated.fact_orders', 'customer_segment'),
  },
  {
    why: 'The category of an order of the shop’s history is that of its product when it was curated.',
    columns: of('curated.fact_orders', 'category'),
    rows: 'kafka_offset is null',
  },
  {
    why: 'Of a customer that only orders mention: the country of the first of them, which may say otherwise by now.',
    columns: of('curated.dim_customers', 'country'),
    rows: 'signed_up_at is null',
  },
  {
    why: 'Of a product that only orders mention: the category of the first of them, which may say otherwise by now.',
    columns: of('curated.dim_products', 'category'),
    rows: 'price is null',
  },
  {
    why: 'Counts only for orders_cleaned, where it is compared; elsewhere nobody reads it.',
    columns: of('ledger.outbox', 'replaces'),
    rows: "topic <> 'orders_cleaned'",
  },
  {
    why: 'Serves to find records quickly (`trace`), and to tell a redelivery from other records.',
    columns: of('ledger.delivery_ids', 'delivery_id', 'filter'),
  },
];
