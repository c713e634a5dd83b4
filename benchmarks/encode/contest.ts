import { join } from 'node:path';
import { type Contender, contest } from '../contest.ts';
import type { Settings } from '../settings.ts';
import { table } from '../table.ts';
import { writeEvents } from './input.ts';

/** From a Lambda event to the bytes of a Parquet file, 10,000 orders at a time. */
export async function encodeContest({ folder, orders, rounds, python }: Settings): Promise<string> {
  const events = join(folder, 'events');
  console.error(`writing ${orders} orders as events`);
  writeEvents(events, orders, 10_000);
  const program = (name: string) => join(import.meta.dirname, name);
  const contenders: Contender[] = [
    {
      name: 'ours',
      remark: 'every value checked; DECIMAL, microseconds; zstd',
      command: [process.execPath, program('ours.ts'), events],
    },
    {
      name: 'pyarrow',
      remark: 'orjson + pyarrow, unchecked; DECIMAL, microseconds; zstd',
      command: [python, program('pyarrow_encode.py'), events],
    },
    {
      name: 'pandas',
      remark: 'json + pandas, unchecked; DOUBLE; snappy',
      command: [python, program('pandas_encode.py'), events],
    },
    {
      name: 'parquetjs-lite',
      remark: 'unchecked; DOUBLE, milliseconds; snappy',
      command: [process.execPath, program('parquetjs-lite.ts'), events],
    },
  ];
  return table('Lambda event → Parquet', await contest(contenders, rounds), 'ours');
}
