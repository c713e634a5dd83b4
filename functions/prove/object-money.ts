/** What the records of an object are worth, as the object says: the sum that the ledger keeps of its delivery, taken again. */
import type { Lake } from '#adapters/lake/index.ts';
import { readLines } from '#adapters/lake/json-lines.ts';
import { columnOf, readRowGroups } from '#adapters/lake/parquet-read.ts';
import { columnsOf } from '#domain/columns.ts';
import { parseCents } from '#domain/money.ts';
import type { LakeSink } from '#domain/stream.ts';
import type { Stream } from '#domain/streams.ts';

export interface ObjectMoney {
  /** Of all columns of money that the object has. */
  readonly cents: bigint;
  readonly records: number;
  /** The names of those columns: of one that the event has got since, neither object nor ledger has anything. */
  readonly columns: readonly string[];
}

export const moneyColumns = ({ event }: Pick<Stream, 'event'>): string[] =>
  columnsOf(event).flatMap(({ kind, name }) => (kind === 'money' ? [name] : []));

/** @throws if the object can't be read */
export async function moneyIn(lake: Lake, stream: Stream, sink: LakeSink, key: string): Promise<ObjectMoney> {
  return read[sink.format](await lake.read(key), moneyColumns(stream));
}

type Read = (object: Uint8Array, names: readonly string[]) => ObjectMoney | Promise<ObjectMoney>;

const read: Readonly<Record<LakeSink['format'], Read>> = {
  async parquet(object, names) {
    let cents = 0n;
    let records = 0;
    const columns = new Set<string>();
    const source = { byteLength: object.length, slice: (start: number, end: number) => object.subarray(start, end) };
    for await (const group of readRowGroups(source, [...names, 'kafka_offset'])) {
      records += group.rows;
      for (const name of names.filter((each) => group.columns.has(each))) {
        columns.add(name);
        for (const value of Array.from(columnOf(group, name))) cents += BigInt((value as bigint | number | null) ?? 0);
      }
    }
    return { cents, records, columns: [...columns] };
  },

  json_lines(object, names) {
    const lines = readLines(object).map((line) => JSON.parse(line) as Readonly<Record<string, unknown>>);
    const columns = names.filter((name) => lines[0] && name in lines[0]);
    const values = lines.flatMap((line) => columns.map((name) => line[name] ?? '0'));
    return {
      cents: values.reduce((sum: bigint, value) => sum + BigInt(parseCents(value)), 0n),
      records: lines.length,
      columns,
    };
  },
};
