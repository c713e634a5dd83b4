/** How the columns of COPY's rows are written: as Parquet stores them, or as a batch of events is kept. */
import type { EventColumn } from '#domain/event-columns.ts';
import type { StoredValue } from '../lake/parquet-read.ts';
import {
  type BinaryKind,
  writeInteger,
  writeMicros,
  writeMoney,
  writeNull,
  writers,
  writeText,
  writeUuid,
} from './binary-values.ts';

/** One value for each row; a single number stands for all rows. */
interface Values {
  readonly kind: BinaryKind;
  readonly values: ArrayLike<StoredValue> | number;
}

export type CopyColumn = Values | EventColumn;

/** A column whose rows can be written. */
export interface CopyField {
  /** Writes the value of a row behind its length; returns where it ends. */
  readonly write: (chunk: DataView, at: number, row: number) => number;
  /** Bytes that the rows from `from` to before `to` take at most. */
  readonly size: (from: number, to: number) => number;
}

export function fieldOf(column: CopyColumn): CopyField {
  if (!('storage' in column)) return fieldOfValues(column);
  const field = fieldOfEvents(column);
  const { present } = column;
  if (!present) return field;
  const write: CopyField['write'] = (chunk, at, row) =>
    present[row] === 1 ? field.write(chunk, at, row) : writeNull(chunk, at);
  return { ...field, write };
}

const LENGTH_BYTES = 4;
/** Of a value that isn't text, behind its length. */
const LONGEST = 16;

const fixed: CopyField['size'] = (from, to) => (to - from) * (LENGTH_BYTES + LONGEST);

function fieldOfValues({ kind, values }: Values): CopyField {
  const write = writers[kind];
  if (typeof values === 'number') return { write: (chunk, at) => write(chunk, at, values as never), size: fixed };
  return {
    write: (chunk, at, row) => {
      const value = values[row];
      return value === null || value === undefined ? writeNull(chunk, at) : write(chunk, at, value as never);
    },
    size: (from, to) => {
      if (kind !== 'text') return fixed(from, to);
      let size = (to - from) * LENGTH_BYTES;
      for (let row = from; row < to; row++) size += (values[row] as Uint8Array | null)?.length ?? 0;
      return size;
    },
  };
}

function fieldOfEvents(column: EventColumn): CopyField {
  switch (column.kind) {
    case 'uuid': {
      const { arena, starts } = column.values;
      return { write: (chunk, at, row) => writeUuid(chunk, at, arena.bytes, starts[row] as number), size: fixed };
    }
    case 'text': {
      const { arena, starts, ends } = column.values;
      return {
        write: (chunk, at, row) => writeText(chunk, at, arena.bytes, starts[row] as number, ends[row] as number),
        size: (from, to) => {
          let size = (to - from) * LENGTH_BYTES;
          for (let row = from; row < to; row++) size += Math.max(0, (ends[row] as number) - (starts[row] as number));
          return size;
        },
      };
    }
    case 'money': {
      const { values } = column;
      return { write: (chunk, at, row) => writeMoney(chunk, at, values[row] as number), size: fixed };
    }
    case 'integer': {
      const { values } = column;
      return { write: (chunk, at, row) => writeInteger(chunk, at, values[row] as number), size: fixed };
    }
    case 'timestamp': {
      const { values } = column;
      return { write: (chunk, at, row) => writeMicros(chunk, at, values, row), size: fixed };
    }
  }
}
