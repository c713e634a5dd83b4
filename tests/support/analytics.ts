/** Rows for the questions of sql/analytics. Each function is one insert, with defaults for omitted fields. */
import type { Transaction } from '#adapters/postgres/index.ts';
import { uuidOf } from './payments.ts';

export type Insert = (transaction: Transaction) => Promise<unknown>;

interface Order {
  /** ISO 8601, or an SQL expression such as `now()`. */
  readonly at: string;
  readonly amount?: string;
  readonly currency?: string;
  readonly product?: string;
  readonly quantity?: number;
  readonly customer?: number;
  readonly segment?: string;
  readonly category?: string;
  readonly country?: string;
}

let orders = 0;

const time = (at: string) => (/^\d/.test(at) ? `timestamptz '${at}'` : `(${at})`);
const text = (value: string | undefined) => (value === undefined ? 'null' : `'${value}'`);

export const curatedOrder =
  ({ at, amount, currency, product, quantity, customer, segment, category, country }: Order): Insert =>
  (transaction) =>
    transaction.query(
      `insert into curated.fact_orders
       values ('${uuidOf(++orders)}', '${uuidOf(customer ?? 1)}', ${text(product)}, null, null,
         (${time(at)} at time zone 'UTC')::date, ${time(at)}, ${quantity ?? 'null'}, ${amount ?? '1.00'},
         '${currency ?? 'EUR'}', '${category ?? 'toys'}', '${country ?? 'DE'}', '${segment ?? 'consumer'}')`,
    );

export const warehouseOrder =
  ({ at, amount, currency, category, country }: Order): Insert =>
  (transaction) =>
    transaction.query(
      `insert into warehouse.fact_orders
       values ('${uuidOf(++orders)}', '${uuidOf(1)}', null, 1, ${orders}, ${amount ?? '1.00'}, null,
         '${currency ?? 'EUR'}', '${category ?? 'toys'}', '${country ?? 'DE'}', ${time(at)})`,
    );

interface Payment {
  readonly at: string;
  readonly latency: number;
  readonly amount?: string;
  readonly currency?: string;
  readonly status?: string;
}

/** A payment as the transformation writes it. */
export const cleanTransaction =
  ({ at, latency, amount, currency, status }: Payment): Insert =>
  (transaction) =>
    transaction.query(
      `insert into payments.transactions_clean
       values ('${uuidOf(++orders)}', '${uuidOf(1)}', ${amount ?? '1'}, '${currency ?? 'EUR'}', '${status ?? 'completed'}',
         ${time(at)}, ${time(at)},
         (${time(at)} at time zone 'UTC')::date, date_trunc('hour', ${time(at)}, 'UTC'), ${latency},
         ${latency > 120}, ${latency < 0})`,
    );

/** @param values rows in SQL, such as `('2025-01-02', 'mug', 3, 2)` */
export const rowsOf =
  (table: string, ...values: readonly string[]): Insert =>
  (transaction) =>
    transaction.query(`insert into ${table} values ${values.join(', ')}`);
