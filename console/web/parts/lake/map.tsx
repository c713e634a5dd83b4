/** Objects by day, or by hour of a day, and partition: the darker, the more bytes; what a shade says stands in it in words. */
import type { LakeLook } from '#operations/lake/days.ts';
import { type LakeRow, lakeRows, shadeOf } from '../../view/lake.ts';
import { count, size } from '../../view/numbers.ts';
import { linkTo } from '../../view/route.ts';
import { Table, type TableColumn } from '../table.tsx';

export interface LakeMapProps {
  readonly look: LakeLook;
  /** Whose hours these are. */
  readonly day: string | undefined;
  readonly path: string;
}

const waitingColumn = (total: number): TableColumn<LakeRow> => ({
  ...{ name: 'Waiting', isNumber: true, foot: count(total) },
  show: ({ waiting }) => count(waiting),
  csv: ({ waiting }) => waiting,
});

export function LakeMap({ look: { zone, job, cells, partitions, isCut }, day, path }: LakeMapProps) {
  const rows = lakeRows(cells, partitions);
  const largest = Math.max(...cells.map(({ bytes }) => bytes));
  const total = (of: 'objects' | 'rows' | 'bytes' | 'waiting') => rows.reduce((sum, row) => sum + row[of], 0);
  const columns: readonly TableColumn<LakeRow>[] = [
    {
      ...{ name: day === undefined ? 'Day (UTC)' : 'Hour (UTC)', isHead: true, foot: 'All' },
      show: ({ at }) =>
        day === undefined ? (
          <a class="nowrap" href={linkTo(path, [zone], { day: at })}>
            {at}
          </a>
        ) : (
          `${at}:00`
        ),
      csv: ({ at }) => at,
    },
    ...Array.from({ length: partitions }, (_, partition) => ({
      name: `Partition ${partition}`,
      show: ({ cells: own }: LakeRow) => {
        const cell = own[partition];
        if (!cell) return <span class="muted">none</span>;
        return (
          <span class={`heat heat-${shadeOf(cell.bytes, largest)}`} title={`${count(cell.rows)} rows`}>
            {size(cell.bytes)} <small>in {count(cell.objects)}</small>
          </span>
        );
      },
      csv: ({ cells: own }: LakeRow) => own[partition]?.bytes,
    })),
    {
      ...{ name: 'Objects', isNumber: true, foot: count(total('objects')) },
      show: ({ objects }) => count(objects),
      csv: ({ objects }) => objects,
    },
    {
      ...{ name: 'Rows', isNumber: true, foot: count(total('rows')) },
      show: ({ rows: own }) => count(own),
      csv: ({ rows: own }) => own,
    },
    {
      ...{ name: 'Size', isNumber: true, foot: size(total('bytes')) },
      show: ({ bytes }) => size(bytes),
      csv: ({ bytes }) => bytes,
    },
    { name: 'Smallest', isNumber: true, show: ({ smallest }) => size(smallest), csv: ({ smallest }) => smallest },
    {
      ...{ name: 'Mean', isNumber: true, foot: size(total('bytes') / total('objects')) },
      show: ({ bytes, objects }) => size(bytes / objects),
      csv: ({ bytes, objects }) => Math.round(bytes / objects),
    },
    ...(job === null ? [] : [waitingColumn(total('waiting'))]),
  ];
  return (
    <>
      <Table
        label={day === undefined ? 'Objects by day' : 'Objects by hour'}
        rows={rows}
        keyOf={({ at }) => at}
        command={`npx tillstream lake --zone ${zone}`}
        columns={columns}
      />
      {isCut && <p class="muted">There are other days before these: choose one above.</p>}
    </>
  );
}
