/** The lake's objects as a map: a row for each day or hour, a column for each partition. */
import type { LakeCell } from '#operations/lake/days.ts';

export interface LakeRow {
  readonly at: string;
  /** By partition; undefined if it has no objects then. */
  readonly cells: readonly (LakeCell | undefined)[];
  readonly objects: number;
  readonly rows: number;
  readonly bytes: number;
  /** Bytes of the smallest object. */
  readonly smallest: number;
  readonly waiting: number;
}

/** In the order of the cells. */
export function lakeRows(cells: readonly LakeCell[], partitions: number): LakeRow[] {
  return [...Map.groupBy(cells, ({ at }) => at)].map(([at, own]) => {
    const sum = (of: 'objects' | 'rows' | 'bytes' | 'waiting') => own.reduce((total, cell) => total + cell[of], 0);
    return {
      at,
      cells: Array.from({ length: partitions }, (_, partition) => own.find((cell) => cell.partition === partition)),
      ...{ objects: sum('objects'), rows: sum('rows'), bytes: sum('bytes'), waiting: sum('waiting') },
      smallest: Math.min(...own.map(({ smallest }) => smallest)),
    };
  });
}

/** How dark a cell is: 1 to 5, by its bytes against the largest. */
export const shadeOf = (bytes: number, largest: number): number =>
  Math.max(1, Math.min(5, Math.ceil((bytes / Math.max(1, largest)) * 5)));
