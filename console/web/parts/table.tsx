/** A table of figures, as CSV for who wants it elsewhere. Lists that are long or choose a row are parts/list.tsx. */
import type { ComponentChildren } from 'preact';
import { save } from '../client/save.ts';
import { type Cell, csvOf } from '../view/csv.ts';
import type { Column } from './column.ts';
import { Copy } from './copy.tsx';
import { Wide } from './scrolled.tsx';

export interface TableColumn<Row> extends Column<Row> {
  /** As CSV has it; a column without isn't in it. */
  readonly csv?: (row: Row) => Cell;
  /** What the row is of: read out with each of its cells. */
  readonly isHead?: boolean;
  /** Below all rows, such as their sum. */
  readonly foot?: ComponentChildren;
}

export interface TableProps<Row> {
  /** What the rows are; also the name of the CSV. */
  readonly label: string;
  readonly rows: readonly Row[];
  readonly columns: readonly TableColumn<Row>[];
  readonly keyOf: (row: Row) => string | number;
  /** The command that prints the same. */
  readonly command?: string;
}

export function Table<Row>({ label, rows, columns, keyOf, command }: TableProps<Row>) {
  const inCsv = columns.filter(({ csv }) => csv);
  const download = () => {
    const lines = rows.map((row) => inCsv.map(({ csv }) => csv?.(row)));
    save(`${label}.csv`, 'text/csv', csvOf([inCsv.map(({ name }) => name), ...lines]));
  };
  return (
    <>
      {(command !== undefined || inCsv.length > 0) && (
        <p class="acts">
          <span class="grow" />
          {inCsv.length > 0 && (
            <button type="button" class="small" onClick={download}>
              CSV
            </button>
          )}
          {command !== undefined && <Copy text={command}>Copy as CLI</Copy>}
        </p>
      )}
      <Wide label={label}>
        <table class="figures">
          <thead>
            <tr>
              {columns.map(({ name, isNumber }) => (
                <th scope="col" class={isNumber ? 'is-number' : ''} key={name}>
                  {name}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {rows.map((row) => (
              <tr key={keyOf(row)}>
                {columns.map(({ name, show, isNumber, isHead }) =>
                  isHead ? (
                    <th scope="row" class={isNumber ? 'is-number' : ''} key={name}>
                      {show(row)}
                    </th>
                  ) : (
                    <td class={isNumber ? 'is-number' : ''} key={name}>
                      {show(row)}
                    </td>
                  ),
                )}
              </tr>
            ))}
          </tbody>
          {columns.some(({ foot }) => foot !== undefined) && (
            <tfoot>
              <tr>
                {columns.map(({ name, foot, isNumber, isHead }) =>
                  isHead ? (
                    <th scope="row" key={name}>
                      {foot}
                    </th>
                  ) : (
                    <td class={isNumber ? 'is-number' : ''} key={name}>
                      {foot}
                    </td>
                  ),
                )}
              </tr>
            </tfoot>
          )}
        </table>
      </Wide>
    </>
  );
}
