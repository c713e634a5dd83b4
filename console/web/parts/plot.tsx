/** A plot with a legend that has the values under the pointer, and the same as a table. */
import { useState } from 'preact/hooks';
import { save } from '../client/save.ts';
import { csvOf } from '../view/csv.ts';
import { type Series, tableRows } from '../view/series.ts';
import { Canvas } from './canvas.tsx';
import { Asking } from './states.tsx';
import { Time } from './time.tsx';

export interface PlotProps {
  readonly title: string;
  readonly unit: string;
  /** Null while the server was not heard. */
  readonly series: Series | null;
  /** What to show of them, and what each is called. */
  readonly lines: readonly { readonly name: string; readonly title: string }[];
  /** As the canvas has them (parts/canvas.tsx). */
  readonly marks?: readonly number[];
  readonly seconds?: number;
  readonly shape?: 'line' | 'steps' | 'bars';
  /** Seconds between two rows of the table; 0 has a row for each time. */
  readonly step?: number;
  readonly say: (value: number | null | undefined) => string;
}

export function Plot({ title, unit, series, lines, step = 0, say, ...drawn }: PlotProps) {
  const [index, setIndex] = useState<number | null>(null);
  const [asTable, setAsTable] = useState(false);
  const at = index ?? (series?.times.length ?? 0) - 1;
  return (
    <section class="card plot" aria-label={title}>
      <header>
        <h2>{title}</h2>
        <span class="muted">{unit}</span>
        <button type="button" class="small" aria-pressed={asTable} onClick={() => setAsTable(!asTable)}>
          Table
        </button>
      </header>
      <ul class="keys-of-lines">
        {lines.map((line, color) => (
          <li key={line.name}>
            <i class={`key line-${color % 6}`} />
            {line.title} <b>{say(series?.values[line.name]?.[at])}</b>
          </li>
        ))}
      </ul>
      {series === null || lines.length === 0 ? (
        <Asking />
      ) : asTable ? (
        <AsTable {...{ title, series, lines, step, say }} />
      ) : (
        <Canvas series={series} names={lines.map(({ name }) => name)} say={say} onPoint={setIndex} {...drawn} />
      )}
    </section>
  );
}

type AsTableProps = Pick<PlotProps, 'title' | 'lines' | 'say'> & { readonly series: Series; readonly step: number };

function AsTable({ title, series, lines, step, say }: AsTableProps) {
  const { times, values } = series;
  const timeOf = (row: number) => new Date((times[row] ?? 0) * 1000).toISOString();
  const download = () => {
    const head = ['time', ...lines.map((line) => line.title)];
    const rows = times.map((_, row) => [timeOf(row), ...lines.map(({ name }) => values[name]?.[row])]);
    save(`${title}.csv`, 'text/csv', csvOf([head, ...rows]));
  };
  return (
    <>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by keyboard */}
      <section class="scroll" tabIndex={0} aria-label={`${title} as a table`}>
        <table class="figures">
          <thead>
            <tr>
              <th scope="col">UTC</th>
              {lines.map((line) => (
                <th scope="col" class="is-number" key={line.name}>
                  {line.title}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {tableRows(times, step).map((row) => (
              <tr key={times[row]}>
                <th scope="row">
                  <Time at={timeOf(row)} />
                </th>
                {lines.map(({ name }) => (
                  <td class="is-number" key={name}>
                    {say(values[name]?.[row])}
                  </td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </section>
      <button type="button" class="small" onClick={download}>
        CSV of all
      </button>
    </>
  );
}
