/** A question of the business: asked when it is opened or by hand, since it may be dear, with how old what answers it is. */
import type { AnsweredQuestion, Questions as Listed } from '#console/api.ts';
import type { Cell, Freshness } from '#operations/ask.ts';
import { serverNow } from '../client/live-store.ts';
import { go } from '../client/location.ts';
import { save } from '../client/save.ts';
import { useAnswer } from '../client/use-answer.ts';
import { Copy } from '../parts/copy.tsx';
import { List } from '../parts/list.tsx';
import { Plot } from '../parts/plot.tsx';
import { Bars } from '../parts/questions/bars.tsx';
import { Scrolled } from '../parts/scrolled.tsx';
import { Asking, Failed, Nothing, Old } from '../parts/states.tsx';
import { Time } from '../parts/time.tsx';
import { csvOf } from '../view/csv.ts';
import { count, some } from '../view/numbers.ts';
import { isTime, type Picture, pictureOf, sayDrawn } from '../view/questions.ts';
import { linkTo } from '../view/route.ts';
import { command } from '../view/shell.ts';
import { duration } from '../view/time.ts';
import type { PageProps } from './page.ts';

const PATH = 'questions';
const FIRST = 'daily_revenue';

export function Questions({ route }: PageProps) {
  const [name = FIRST] = route.rest;
  const { answer: list, error: unlisted, again: listAgain } = useAnswer<Listed>('/api/questions');
  const { answer, error, again } = useAnswer<AnsweredQuestion>(`/api/questions/${encodeURIComponent(name)}`);
  const names = list?.data.rows.map((each) => each.name) ?? [];
  return (
    <>
      <section class="card" aria-label="Question">
        <header>
          <h1>{answer?.data.question.asks ?? 'Questions'}</h1>
        </header>
        <div class="filters">
          <label>
            Question{' '}
            <select data-find value={name} onChange={({ currentTarget }) => go(linkTo(PATH, [currentTarget.value]))}>
              {(names.includes(name) ? names : [name, ...names]).map((each) => (
                <option key={each} value={each}>
                  {each.replaceAll('_', ' ')}
                </option>
              ))}
            </select>
          </label>
          <button type="button" onClick={again}>
            Ask again
          </button>
          {answer && (
            <span class="muted" role="status">
              {some(answer.data.total, 'rows')}, asked at <Time at={answer.at} /> UTC
            </span>
          )}
        </div>
        {unlisted && !list && <Failed error={unlisted} again={listAgain} />}
        {error && answer && <Old at={answer.at} why={error.message} />}
        {error && !answer && <Failed error={error} again={again} />}
        {!answer && !error && <Asking />}
        {answer && <Source {...answer.data} />}
      </section>
      {answer && <Drawn answered={answer.data} query={route.query} />}
      {answer && <Rows answered={answer.data} query={route.query} />}
      {answer && (
        <section class="card" aria-label="How it is asked">
          <header>
            <h2>SQL</h2>
            <Copy text={answer.data.question.sql}>Copy SQL</Copy>
          </header>
          <Scrolled label="SQL">{answer.data.question.sql}</Scrolled>
        </section>
      )}
    </>
  );
}

function Source({ question, freshness }: AnsweredQuestion) {
  return (
    <>
      <p class="muted">{question.source}</p>
      <ul>
        {freshness.map((each) => (
          <li key={each.table}>
            <code>{each.table}</code> <Age {...each} />
          </li>
        ))}
      </ul>
    </>
  );
}

/** As JSON has it: a time is a text. */
function Age({ until, by }: Freshness) {
  if (until === undefined) return <>is filled by {by}.</>;
  if (until === null) return <>is still empty. It is filled by {by}.</>;
  const at = String(until);
  return (
    <>
      is filled until <Time at={at} /> UTC, {duration((serverNow() - Date.parse(at)) / 1000)} ago, by {by}.
    </>
  );
}

interface AnsweredProps {
  readonly answered: AnsweredQuestion;
  readonly query: Readonly<Record<string, string>>;
}

function Drawn({ answered: { question, rows }, query }: AnsweredProps) {
  const picture = pictureOf(
    question.columns.map(({ name }) => name),
    rows,
    query.draw,
  );
  if (!picture) return null;
  const meaning = question.columns.find(({ name }) => name === picture.measure)?.meaning ?? '';
  return (
    <>
      {picture.measures.length > 1 && (
        <p class="filters">
          <label>
            Draw{' '}
            <select
              value={picture.measure}
              onChange={({ currentTarget }) =>
                go(linkTo(PATH, [question.name], { ...query, draw: currentTarget.value }))
              }
            >
              {picture.measures.map((each) => (
                <option key={each} value={each}>
                  {each.replaceAll('_', ' ')}
                </option>
              ))}
            </select>
          </label>
        </p>
      )}
      <div class="panels">
        {picture.panels.map((panel) => (
          <PanelOf key={panel.currency} {...{ panel, picture, meaning }} />
        ))}
      </div>
    </>
  );
}

interface PanelProps {
  readonly panel: Picture['panels'][number];
  readonly picture: Picture;
  readonly meaning: string;
}

function PanelOf({ panel: { currency, lines, series, bars, left }, picture: { is, measure }, meaning }: PanelProps) {
  const words = measure.replaceAll('_', ' ');
  const title = currency === null ? words : `${words}, ${currency}`;
  const unit = left > 0 ? `${meaning}; ${count(left)} more in the table` : meaning;
  if (is === 'bars') return <Bars {...{ title, unit, bars }} />;
  return <Plot {...{ title, unit, series, lines }} say={sayDrawn} />;
}

function Rows({ answered: { question, rows, total, freshness }, query }: AnsweredProps) {
  const { name, columns } = question;
  const isEmpty = freshness.some(({ until }) => until === null);
  if (rows.length === 0)
    return (
      <section class="card" aria-label="Answer">
        {isEmpty ? (
          <Nothing>There is no data yet: above stands who fills the tables.</Nothing>
        ) : (
          <p class="state">No rows.</p>
        )}
      </section>
    );
  const indexed = rows.map((cells, at) => ({ cells, at }));
  const download = () =>
    save(
      `${name}.csv`,
      'text/csv',
      csvOf([columns.map((column) => column.name), ...rows.map((row) => row.map(inCsv))]),
    );
  return (
    <section class="card" aria-label="Answer">
      <p class="acts">
        {total > rows.length && (
          <b>
            The first {count(rows.length)} of {count(total)}; the command has all.
          </b>
        )}
        <span class="grow" />
        <button type="button" class="small" onClick={download}>
          {total > rows.length ? `CSV of these ${count(rows.length)}` : 'CSV'}
        </button>
        <Copy text={command('npx tillstream ask', [name])}>Copy as CLI</Copy>
      </p>
      <div class="answer-list">
        <List
          label={question.asks}
          rows={indexed}
          columns={columns.map((column, at) => ({
            name: column.name,
            isNumber: rows.every((row) => typeof row[at] === 'number' || /^-?\d+\.\d+$/.test(String(row[at]))),
            show: ({ cells }: { cells: Cell[] }) => said(cells[at] ?? null),
          }))}
          keyOf={({ at }) => at}
          selected={query.row === undefined ? null : Number(query.row)}
          onSelect={({ at }) => go(linkTo(PATH, [name], { ...query, row: at }), true)}
        />
      </div>
    </section>
  );
}

const inCsv = (cell: Cell): string | number | null => (typeof cell === 'boolean' ? String(cell) : cell);

function said(cell: Cell) {
  if (cell === null) return '–';
  if (isTime(cell) && cell.length > 10) return <Time at={`${cell.replace(' ', 'T')}Z`} dated />;
  return typeof cell === 'number' ? count(cell) : String(cell);
}
