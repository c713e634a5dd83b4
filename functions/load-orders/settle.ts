/** Accounts for the rows of a load: those that were staged, since their order is there already, and those that were inserted. */
import { conflictingFields } from '#adapters/postgres/differs.ts';
import type { Transaction } from '#adapters/postgres/index.ts';
import { orderEvent } from '#domain/streams/orders.ts';
import { rowColumns } from './runs.ts';

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

/** The load's name in ledger.dead_letters. */
export const CONSUMER = 'load-orders';

/**
 * Inserts the staged rows whose order is not there, and accounts for the others: with the same content a row is a duplicate,
 * with other content a conflict.
 */
export async function settleStaged(transaction: Transaction): Promise<{ inserted: number; repeats: Repeats[] }> {
  // Enough memory to sort a chunk without a file.
  await transaction.query("set local work_mem = '64MB'");
  const { rowCount } = await transaction.query(INSERT_STAGED);
  await transaction.query('analyze pg_temp.incoming');
  const { rows } = await transaction.query<Repeats>(SETTLE_REPEATS, [CONSUMER]);
  return { inserted: rowCount ?? 0, repeats: rows };
}

const columns = rowColumns.join(', ');

/**
 * Inserts in the order of order_id, so that two loads cannot deadlock; within an order by delivery and offset, so that the
 * first row wins.
 */
const INSERT_STAGED = `
  insert into warehouse.fact_orders (${columns})
  select ${columns}
  from pg_temp.incoming
  order by order_id, delivery_id, kafka_offset
  on conflict (order_id) do nothing`;

const SETTLE_REPEATS = `
  with repeats as (
    select
      incoming.*,
      present.delivery_id as first_delivery_id,
      present.kafka_offset as first_offset,
      ${conflictingFields(orderEvent, 'order_id', 'incoming', 'present')} as conflicting_fields
    from pg_temp.incoming
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
