/** What one would write instead of store-transactions: one statement for the batch, repeats ignored; no offsets, no check. */
import pg from 'pg';
import { type KafkaEvent, recordsIn } from './plain-event.ts';

const { DATABASE_HOST: host, DATABASE_PORT: port, DATABASE_NAME: database, DATABASE_USER: user } = process.env;
const pool = new pg.Pool({ host, port: Number(port), database, user, password: process.env.PLAIN_PASSWORD });

export async function handler(event: KafkaEvent): Promise<void> {
  const { records } = recordsIn(event);
  const columns = ['transaction_id', 'user_id', 'amount', 'currency', 'status', 'event_time'];
  await pool.query(
    `insert into public.plain_transactions
     select * from unnest($1::uuid[], $2::uuid[], $3::numeric[], $4::text[], $5::text[], $6::timestamptz[])
     on conflict do nothing`,
    columns.map((column) => records.map((record) => record[column])),
  );
}
