/** The migration of a field that a stream got after its table was made. Pure. */
import { eventColumns } from '#adapters/postgres/described-table.ts';
import { type Stream, streams } from '#domain/streams.ts';
import { columnComment } from './comments.ts';
import { type NewFile, type Project, Refused } from './plan.ts';
import { quotedIfNeeded, shortType } from './sql-text.ts';

/** The right to fill the column, and a function whose rows are those of the table: it would go on giving them without the column. */
const ofOrders = (field: string): string => `-- For npx tillstream backfill orders ${field}.
grant update (${field}) on warehouse.fact_orders to load_orders;

-- Made anew, as migration 016 has it: its rows have every column of the table.
create or replace function warehouse.newest_orders(days integer) returns setof warehouse.fact_orders
language sql stable parallel safe
begin atomic
  with newest as (
    select (max(created_at) at time zone 'UTC')::date as day from warehouse.fact_orders where created_at <= now()
  )

  select fact_orders.*
  from newest
  inner join warehouse.fact_orders
    on created_at >= (day + 1 - days)::timestamp at time zone 'UTC'
    and created_at < (day + 1)::timestamp at time zone 'UTC';
end;
`;

export interface Tables {
  /** Its rows are the stream's records. */
  readonly table: string;
  /** Made of it, with the same fields. */
  readonly derived?: readonly string[];
  readonly behind?: (field: string) => string;
}

/** Of streams with code of their own. Those that are missing keep a record as it came: the log of stock, the objects of the lake. */
const OWN: Readonly<Record<string, Tables>> = {
  [streams.orders.topic]: { table: 'warehouse.fact_orders', behind: ofOrders },
  [streams.transactions.topic]: { table: 'payments.transactions', derived: ['payments.transactions_clean'] },
  ...Object.fromEntries(
    [streams.products, streams.customers].map(({ topic, latest: { name } }) => [topic, { table: name }]),
  ),
};

/** Undefined if the stream has none: its records are kept as they came. */
export const tablesOf = ({ topic, handler, table }: Stream): Tables | undefined =>
  handler === 'own' ? OWN[topic] : table && { table: table.name };

/**
 * @returns undefined if the field takes none, since no table has a column for it
 * @throws Refused if the description has no such field, or older records would have none
 */
export function fieldMigration(
  stream: Stream,
  field: string,
  { migrations }: Pick<Project, 'migrations'>,
): NewFile | undefined {
  const { topic, latest, handler } = stream;
  const columns = eventColumns(stream);
  const column = columns.find(({ name }) => name === field);
  const file = `domain/streams/${topic.replaceAll('_', '-')}.ts`;
  if (!column)
    throw new Refused(
      `Expected a field of ${topic} (${columns.map(({ name }) => name).join(', ')}), got ${field}. Add it to ${file} first.`,
    );
  if (!column.nullable)
    throw new Refused(
      `Expected a field that older records may lack, got ${topic}.${field}, which each must have. In ${file}, put .nullish() behind it, or ` +
        'requiredFrom(…) around it with the time from which on it is required.',
    );
  const tables = tablesOf(stream);
  if (!tables || latest?.leftOut.includes(field)) return undefined;
  const last = Math.max(...migrations.map((name) => Number.parseInt(name, 10)));
  const added = [tables.table, ...(tables.derived ?? [])].map(
    (name) =>
      `alter table ${name} add column ${quotedIfNeeded(field)} ${shortType(column.type)};\n${columnComment(name, field, stream)}`,
  );
  const counted =
    handler === 'own'
      ? `call ledger.count_column('${tables.table}', '${field}');\n`
      : `call streams.make_fingerprint('${tables.table}');\n`;
  return {
    path: `sql/migrations/${String(last + 1).padStart(3, '0')}_${topic}_${field}.sql`,
    text: `-- Field ${field} of topic ${topic} (${file}). Rows from before have none.\n${added.join('')}${counted}${tables.behind?.(quotedIfNeeded(field)) ?? ''}`,
  };
}
