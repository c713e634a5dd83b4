/** A list of any length, by keyboard: j and k or the arrows choose a row, Enter opens it. Only rows in sight are drawn. */
import { useEffect, useId, useLayoutEffect, useRef, useState } from 'preact/hooks';
import { isTyping } from '../client/keys.ts';
import { rowAfter, scrollTo, windowOfRows } from '../view/window-of-rows.ts';
import type { Column } from './column.ts';

export interface ListColumn<Row> extends Column<Row> {
  /** Such as '90px'; columns without one share what is left. */
  readonly width?: string;
}

export interface ListProps<Row> {
  readonly label: string;
  readonly rows: readonly Row[];
  readonly columns: readonly ListColumn<Row>[];
  readonly keyOf: (row: Row) => string | number;
  /** The key of the selected row. */
  readonly selected: string | number | null;
  readonly onSelect: (row: Row) => void;
  readonly onOpen?: (row: Row) => void;
  /** The end of what is loaded comes into sight. */
  readonly onNearEnd?: () => void;
  /** Whether the first row is out of sight. */
  readonly onScrolled?: (isScrolled: boolean) => void;
  /** Rows that there are, if more than are loaded. */
  readonly total?: number;
}

/** In pixels; style/list.css has the same. */
const ROW = 32;

/** It has an Enter of its own. */
const isLink = (target: EventTarget | null): boolean =>
  target instanceof Element && target.closest('a, button') !== null;

export function List<Row>({ rows, columns, keyOf, selected, onSelect, onOpen, ...rest }: ListProps<Row>) {
  const { label, onNearEnd, onScrolled, total = rows.length } = rest;
  const box = useRef<HTMLDivElement>(null);
  const id = useId();
  const [view, setView] = useState({ scrolled: 0, height: 600 });
  const { from, to } = windowOfRows(view.scrolled, view.height, ROW, rows.length);
  const index = rows.findIndex((row) => keyOf(row) === selected);

  const measure = () => {
    const { scrollTop: scrolled = 0, clientHeight: height = 600 } = box.current ?? {};
    setView((before) => (before.scrolled === scrolled && before.height === height ? before : { scrolled, height }));
  };
  useLayoutEffect(() => {
    measure();
    const watch = new ResizeObserver(measure);
    if (box.current) watch.observe(box.current);
    return () => watch.disconnect();
  }, []);

  useEffect(() => {
    const { current } = box;
    // The row of the header covers the first.
    if (current && index >= 0) current.scrollTop = scrollTo(index, current.scrollTop, current.clientHeight - ROW, ROW);
  }, [index]);

  const isScrolled = view.scrolled > 0;
  useEffect(() => onScrolled?.(isScrolled), [isScrolled]);

  useEffect(() => {
    if (to >= rows.length && rows.length > 0 && rows.length < total) onNearEnd?.();
  }, [to, rows.length, total]);

  useEffect(() => {
    const pressed = (event: KeyboardEvent) => {
      if (event.ctrlKey || event.altKey || event.metaKey || isTyping(event.target)) return;
      const inside = event.target instanceof Node && box.current?.contains(event.target);
      // Buttons and links elsewhere have keys of their own; j and k work from anywhere.
      if (!inside && event.target !== document.body && event.key !== 'j' && event.key !== 'k') return;
      const row = rows[index];
      if (event.key === 'Enter' && inside && !isLink(event.target) && row !== undefined) onOpen?.(row);
      const next = rowAfter(event.key, index, rows.length, Math.floor(view.height / ROW) - 1);
      const wanted = next === null ? undefined : rows[next];
      if (wanted === undefined) return;
      event.preventDefault();
      onSelect(wanted);
    };
    addEventListener('keydown', pressed);
    return () => removeEventListener('keydown', pressed);
  });

  return (
    <div class="list" ref={box} onScroll={measure}>
      <div style={{ height: `${(rows.length + 1) * ROW}px`, paddingTop: `${from * ROW}px` }}>
        <table
          // biome-ignore lint/a11y/noNoninteractiveElementToInteractiveRole: a grid is a table that takes keys
          role="grid"
          tabIndex={0}
          aria-label={label}
          aria-rowcount={total + 1}
          aria-activedescendant={index >= from && index < to ? `${id}-${index}` : undefined}
        >
          <colgroup>
            {columns.map(({ name, width }) => (
              <col key={name} style={{ width: width ?? 'auto' }} />
            ))}
          </colgroup>
          <thead>
            <tr aria-rowindex={1}>
              {columns.map(({ name, isNumber }) => (
                <th scope="col" class={isNumber ? 'is-number' : ''} key={name}>
                  {name}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {rows.slice(from, to).map((row, offset) => (
              <tr
                id={`${id}-${from + offset}`}
                key={keyOf(row)}
                aria-rowindex={from + offset + 2}
                aria-selected={from + offset === index}
                onClick={() => onSelect(row)}
                onDblClick={() => onOpen?.(row)}
              >
                {columns.map(({ name, show, isNumber }) => (
                  <td class={isNumber ? 'is-number' : ''} key={name}>
                    {show(row)}
                  </td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </div>
  );
}
