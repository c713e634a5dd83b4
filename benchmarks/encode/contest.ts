import { join } from 'node:path';
import { type Contender, contest } from '../contest.ts';
import type { Settings } from '../settings.ts';
import { table } from '../table.ts';
import { writeEvents } from './input.ts';
import { buildRust } from './rust.ts';

/** From a Lambda event, taken apart and hashed, to the bytes of a Parquet file, 10,000 orders at a time. */
export async function encodeContest({ folder, installFolder, orders, rounds, python }: Settings): Promise<string> {
  const events = join(folder, 'events');
  console.error(`writing ${orders} orders as events`);
  writeEvents(events, orders, 10_000);
  const script = (name: string): Contender['command'] => [
    name.endsWith('.py') ? python : process.execPath,
    join(import.meta.dirname, name),
    events,
  ];
  const rust = buildRust(installFolder);
  const contenders: Contender[] = [
    { name: 'ours', remark: 'every value checked; DECIMAL, microseconds; zstd', command: script('ours.ts') },
    ...('missing' in rust
      ? []
      : [
          {
            name: 'Rust',
            remark: 'serde + arrow-rs, types as ours; a wrong value ends it',
            command: [rust.program, events] as const,
          },
        ]),
    {
      name: 'pyarrow.json',
      remark: 'no object for an order, unchecked; types as ours',
      command: script('pyarrow_json_encode.py'),
    },
    { name: 'DuckDB', remark: 'JSON lines in a file; types as ours', command: script('duckdb_encode.py') },
    { name: 'Polars', remark: 'JSON lines, unchecked; types as ours', command: script('polars_encode.py') },
    { name: 'orjson + pyarrow', remark: 'unchecked; types as ours', command: script('pyarrow_encode.py') },
    { name: 'pandas', remark: 'json + pandas, unchecked; DOUBLE; snappy', command: script('pandas_encode.py') },
    { name: 'parquetjs-lite', remark: 'unchecked; DOUBLE, milliseconds; snappy', command: script('parquetjs-lite.ts') },
  ];
  const standings = table('Lambda event → Parquet', await contest(contenders, rounds), 'ours');
  return 'missing' in rust ? `${standings}\n\nWithout Rust: ${rust.missing}.` : standings;
}
