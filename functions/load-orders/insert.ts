/** Inserts the rows of the temporary table `incoming` into the warehouse, each order once, and accounts for the rest. */

import { conflictingFields } from '#adapters/postgres/differs.ts';
import type { Transaction } from '#adapters/postgres/index.ts';
import { columnsOf } from '#domain/columns.ts';
import { orderEvent } from '#domain/orders.ts';

/** @returns how many rows were new */
export async function insertNew(transaction: Transaction): Promise<number> {
  // Enough memory to sort a chunk without a file.
  await transaction.query("set local work_mem = '64MB'");
  const { rows } = await transaction.query<{ inserted: number }>(INSERT_NEW);
  return rows[0]?.inserted ?? 0;
}

/** A row whose order is there already with other content. */
export interface Conflict {
  readonly offset: number;
  readonly message: string;
}

/** What became of the rows of a delivery that were not inserted. */
export interface Repeats {
  readonly delivery_id: number;
  readonly duplicates: number;
  readonly conflicts: number;
  /** Conflicts without a dead letter; a delivery that is loaded again, after its rows were deleted by hand, has its letters. */
  readonly letters: readonly Conflict[];
}

/**
 * Accounts for the rows that were not inserted since their order is there already: with the same content a row is a
 * duplicate, with other content a conflict.
 */
export async function settleRepeats(transaction: Transaction): Promise<Repeats[]> {
  await transaction.query('analyze incoming');
  const { rows } = await transaction.query<Repeats>(SETTLE_REPEATS, [CONSUMER]);
  return rows;
}

/** The load's name in ledger.dead_letters. */
export const CONSUMER = 'load-orders';

const columns = ['delivery_id', 'kafka_offset', ...columnsOf(orderEvent).map(({ name }) => name)].join(', ');

/**
 * Inserts in the order of order_id, so that two loads cannot deadlock and the index fills page by page; within an order by
 * delivery and offset, so that the first row wins. The loads keep what the rows were, for the proof.
 */
const INSERT_NEW = `
  with inserted as (
    insert into warehouse.fact_orders (${columns})
    select ${columns}
    from incoming
    order by order_id, delivery_id, kafka_offset
    on conflict (order_id) do nothing
    returning delivery_id, warehouse.fingerprint(fact_orders) as fingerprint
  ),
  deliveries as (
    select delivery_id, count(*) as rows, sum(fingerprint) as rows_fingerprint from inserted group by delivery_id
  ),
  loads as (
    update ledger.loads
    set rows_fingerprint = deliveries.rows_fingerprint
    from deliveries
    where loads.delivery_id = deliveries.delivery_id
  )
  select coalesce(sum(rows), 0)::bigint as inserted from deliveries`;

const SETTLE_REPEATS = `
  with repeats as (
    select
      incoming.*,
      present.delivery_id as first_delivery_id,
      present.kafka_offset as first_offset,
      ${conflictingFields(orderEvent, 'order_id', 'incoming', 'present')} as conflicting_fields
    from incoming
    join warehouse.fact_orders as present using (order_id)
    where (incoming.delivery_id, incoming.kafka_offset) <> (present.delivery_id, present.kafka_offset)
  ),
  counts as (
    select
      delivery_id,
      count(*) filter (where conflicting_fields is null) as duplicates,
      count(*) filter (where conflicting_fields is not null) as conflicts,
      sum(amount) as amount
    from repeats
    group by delivery_id
  ),
  loads as (
    update ledger.loads
    set
      inserted = loads.inserted - counts.duplicates - counts.conflicts,
      duplicates = counts.duplicates,
      conflicts = counts.conflicts,
      inserted_amount = loads.inserted_amount - counts.amount,
      repeated_amount = counts.amount
    from counts
    where loads.delivery_id = counts.delivery_id
  ),
  letters as (
    select
      repeats.delivery_id,
      json_agg(json_build_object(
        'offset', repeats.kafka_offset,
        'message', format(
          'order %s came before with another %s: %s partition %s offset %s (delivery %s) holds the first',
          repeats.order_id, repeats.conflicting_fields, first.topic, first.partition, repeats.first_offset, repeats.first_delivery_id
        )
      ) order by repeats.kafka_offset) as letters
    from repeats
    left join ledger.deliveries as first on first.delivery_id = repeats.first_delivery_id
    left join ledger.dead_letters as letter
      on letter.delivery_id = repeats.delivery_id and letter.record_offset = repeats.kafka_offset and letter.consumer = $1
    where repeats.conflicting_fields is not null and letter.dead_letter_id is null
    group by repeats.delivery_id
  )
  select delivery_id, duplicates, conflicts, coalesce(letters, '[]') as letters
  from counts
  left join letters using (delivery_id)
  order by delivery_id`;
