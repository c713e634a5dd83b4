/** The records that could not be used: the list, and beside it the letter that is open. */
import { useEffect, useRef, useState } from 'preact/hooks';
import type { LetterCounts } from '#operations/letters/counts.ts';
import type { ListedLetter } from '#operations/letters/list.ts';
import { live } from '../client/live-store.ts';
import { go } from '../client/location.ts';
import { save } from '../client/save.ts';
import { markSeen } from '../client/seen-letters.ts';
import { usePicked } from '../client/store.ts';
import { useAnswer } from '../client/use-answer.ts';
import { type Letters, useLetters } from '../client/use-letters.ts';
import { Copy } from '../parts/copy.tsx';
import { Bulk } from '../parts/letters/bulk.tsx';
import { Filters } from '../parts/letters/filters.tsx';
import { Histogram } from '../parts/letters/histogram.tsx';
import { Letter } from '../parts/letters/letter.tsx';
import { List, type ListColumn } from '../parts/list.tsx';
import { Asking, Failed, Nothing, Old } from '../parts/states.tsx';
import { Time } from '../parts/time.tsx';
import { csvOf } from '../view/csv.ts';
import { asCommand, type Filter, filterOf, sayFate, search } from '../view/letters.ts';
import { count, some } from '../view/numbers.ts';
import { linkTo } from '../view/route.ts';
import type { PageProps } from './page.ts';

const PATH = 'dead-letters';

export function DeadLetters({ route }: PageProps) {
  const filter = filterOf(route.query);
  const [id] = route.rest;
  const letters = useLetters(filter);
  const { text: _, ...countable } = filter;
  const counts = useAnswer<LetterCounts>(`/api/dead-letters/counts?${search(countable)}`);
  useSeen();
  const mayAct = usePicked(live, ({ session }) => session?.may.includes('act') ?? false);
  // All that the catalogue has; a list of its own each second would draw the page anew.
  const topics = usePicked(live, ({ pulse }) => Object.keys(pulse?.streams ?? {}).join())
    .split(',')
    .filter(Boolean);
  const [sends, setSends] = useState(false);
  const refresh = () => {
    letters.refresh();
    counts.again();
  };
  // A search goes through many letters: it is begun anew only by hand.
  useNews(filter.text === undefined ? refresh : counts.again);
  const change = (next: Filter) => go(linkTo(PATH, [], { ...filter, ...next }));
  const show = ({ id }: ListedLetter) => go(linkTo(PATH, [id], filter), true);
  const { data } = counts.answer ?? {};
  const total = filter.text === undefined ? data?.matching : undefined;
  return (
    <div class={id === undefined ? 'letters' : 'letters has-one'}>
      <section class="card letters-list" aria-label="Dead letters">
        <header>
          <h1>Dead letters</h1>
          <span class="muted">
            {data ? `${count(all(data, 'letters'))} · ${count(all(data, 'unsent'))} not sent back` : '?'}
          </span>
        </header>
        <Filters filter={filter} topics={topics} reasons={data?.reasons ?? []} onChange={change} />
        {data && <Histogram counts={data} onChoose={(since, until) => change({ since, until })} />}
        {counts.error && counts.answer && <Old at={counts.answer.at} why={counts.error.message} />}
        <p class="acts">
          <b role="status">{sayFound(letters, total)}</b>
          <span class="grow" />
          {mayAct && letters.rows.length > 0 && (
            <button type="button" onClick={() => setSends(true)}>
              Send these back…
            </button>
          )}
          <button type="button" class="small" onClick={() => save('dead-letters.csv', 'text/csv', toCsv(letters.rows))}>
            {letters.next === null ? 'CSV' : `CSV of these ${count(letters.rows.length)}`}
          </button>
          <Copy text={asCommand(filter)}>Copy as CLI</Copy>
        </p>
        <Rows letters={letters} total={total} id={id} onSelect={show} isFiltered={search(filter) !== ''} />
      </section>
      {id !== undefined && <Letter key={id} id={id} query={filter} onSent={refresh} />}
      {sends && <Bulk chosen={{ filter }} onSent={refresh} onClose={() => setSends(false)} />}
    </div>
  );
}

const all = ({ reasons }: LetterCounts, of: 'letters' | 'unsent'): number =>
  reasons.reduce((sum, each) => sum + each[of], 0);

/** As letters come, the pulse has others each second; to count and to list them takes the database longer than that. */
const NEWS_AT_MOST_EVERY_MS = 5_000;

/** Asks again when the pulse has other letters than before. */
function useNews(refresh: () => void): void {
  const latest = useRef(refresh);
  latest.current = refresh;
  const due = useRef<ReturnType<typeof setTimeout> | null>(null);
  useEffect(() => () => clearTimeout(due.current ?? undefined), []);
  const letters = usePicked(live, ({ pulse }) =>
    pulse?.letters ? Object.values(pulse.letters).reduce((sum, each) => sum + each, 0) : null,
  );
  useEffect(() => {
    if (letters === null || due.current !== null) return;
    due.current = setTimeout(() => {
      due.current = null;
      latest.current();
    }, NEWS_AT_MOST_EVERY_MS);
  }, [letters]);
}

function sayFound({ rows, next }: Letters, total: number | undefined): string {
  if (next === undefined) return 'Asking …';
  if (total !== undefined) return `${some(total, 'letters')}`;
  return next === null ? `${some(rows.length, 'letters')} found` : `${some(rows.length, 'letters')} found so far`;
}

interface RowsProps {
  readonly letters: Letters;
  readonly total: number | undefined;
  readonly id: string | undefined;
  readonly isFiltered: boolean;
  readonly onSelect: (letter: ListedLetter) => void;
}

function Rows({ letters, total, id, isFiltered, onSelect }: RowsProps) {
  const { rows, next, at, error, more, refresh } = letters;
  const toEnd = useEnd(letters, onSelect);
  if (error && rows.length === 0) return <Failed error={error} again={refresh} />;
  if (next === undefined) return <Asking />;
  if (rows.length === 0 && next === null)
    return isFiltered ? (
      <Nothing>No letter is as the filter wants it.</Nothing>
    ) : (
      <Nothing command="npx tillstream produce --count 1000 --malformed 0.05">
        <b>No dead letters.</b> A record that can’t be used would be here, with its reason. This sends a few:
      </Nothing>
    );
  return (
    <>
      {error && at !== null && <Old at={at} why={error.message} />}
      {rows.length > 0 && (
        // biome-ignore lint/a11y/noStaticElementInteractions: the list in it takes the keys; this one needs rows that are not here yet
        <div class="rows" onKeyDown={toEnd}>
          <List
            label="Dead letters"
            rows={rows}
            columns={id === undefined ? columns : columnsBesideOne}
            keyOf={({ id }) => String(id)}
            selected={id ?? null}
            onSelect={onSelect}
            onNearEnd={more}
            total={Math.max(total ?? 0, rows.length + (next === null ? 0 : 1))}
          />
        </div>
      )}
      {next !== null && (total === undefined || rows.length === 0) && (
        <p class="acts">
          <span class="muted grow">Searched down to #{count(Number(next))}.</span>
          <button type="button" onClick={more}>
            Search on
          </button>
        </p>
      )}
    </>
  );
}

/** The end of the list is the oldest letter, not the last that happens to be here: the rest is loaded first. */
function useEnd({ rows, next, error, more }: Letters, onSelect: (letter: ListedLetter) => void) {
  const [goes, setGoes] = useState(false);
  useEffect(() => {
    if (!goes) return;
    if (error) return setGoes(false);
    const last = rows.at(-1);
    if (next) more();
    else {
      setGoes(false);
      if (last) onSelect(last);
    }
  }, [goes, rows.length, next, error]);
  return ({ key }: KeyboardEvent) => setGoes(key === 'End' && !!next);
}

const columns: readonly ListColumn<ListedLetter>[] = [
  { name: 'id', width: '84px', isNumber: true, show: ({ id }) => id },
  { name: 'topic', width: '124px', show: ({ topic }) => topic },
  { name: 'p/offset', width: '92px', show: ({ partition, offset }) => `${partition}/${offset}` },
  { name: 'reason', width: '132px', show: ({ reason }) => reason },
  { name: 'message', show: ({ message }) => message },
  { name: 'failed', width: '156px', show: ({ failedAt }) => <Time at={failedAt} /> },
  { name: 'sent', width: '120px', show: ({ redriven }) => sayFate(redriven) },
];

/** Less, where the letter that is open says the rest. */
const columnsBesideOne = columns.filter(({ name }) => name !== 'p/offset' && name !== 'failed');

const toCsv = (rows: readonly ListedLetter[]): string =>
  csvOf([
    ['id', 'topic', 'partition', 'offset', 'reason', 'message', 'failed_at', 'sent_by', 'sent_at', 'state'],
    ...rows.map(({ id, topic, partition, offset, reason, message, failedAt, redriven }) => [
      ...[id, topic, partition, offset, reason, message, failedAt],
      ...[redriven?.by ?? '', redriven?.at ?? '', redriven?.state ?? 'new'],
    ]),
  ]);

/** Whoever has this page open, and in sight, sees what comes. */
function useSeen(): void {
  const pulse = usePicked(live, (state) => state.pulse);
  useEffect(() => {
    if (pulse && !document.hidden) markSeen(live.get().session, pulse);
  }, [pulse]);
}
