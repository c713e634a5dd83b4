/** What is on the shelves: the products with the least first, or one of them with what moved it; and the reports of the days. */
import type { ProductPage, StockedProduct } from '#operations/stock/products.ts';
import { go } from '../client/location.ts';
import { save } from '../client/save.ts';
import { useAgain, useAnswer } from '../client/use-answer.ts';
import { Copy } from '../parts/copy.tsx';
import { List, type ListColumn } from '../parts/list.tsx';
import { Mark } from '../parts/mark.tsx';
import { Asking, Failed, Nothing, Old } from '../parts/states.tsx';
import { CheckStock } from '../parts/stock/check.tsx';
import { Product } from '../parts/stock/product.tsx';
import { DayReport } from '../parts/stock/report.tsx';
import { Time } from '../parts/time.tsx';
import { csvOf } from '../view/csv.ts';
import { count } from '../view/numbers.ts';
import { linkTo } from '../view/route.ts';
import { asCommand, queryOf, type Shelves, shelvesOf, shownAs } from '../view/stock.ts';
import type { PageProps } from './page.ts';

const PATH = 'stock';
const REFRESH_MS = 5_000;

export function Stock(props: PageProps) {
  const [product] = props.route.rest;
  if (product !== undefined) return <Product key={product} product={product} {...props} />;
  return (
    <>
      <Products {...props} />
      <DayReport query={props.route.query} />
    </>
  );
}

function Products({ route }: PageProps) {
  const shelves = shelvesOf(route.query);
  const { day } = route.query;
  const asked = useAnswer<ProductPage>(`/api/stock?${new URLSearchParams(queryOf(shelves))}`);
  useAgain(asked, REFRESH_MS);
  const { answer, error, again } = asked;
  const { rows = [], next = null, counts } = answer?.data ?? {};
  const change = (to: Partial<Shelves>, isTyped = false) =>
    go(linkTo(PATH, [], { ...queryOf({ ...shelves, after: '', ...to }), day }), isTyped);
  return (
    <section class="card" aria-label="Products">
      <header>
        <h1>Stock</h1>
        <span class="muted">
          {counts
            ? `${count(counts.all)} products · ${count(counts.low)} low · ${count(counts.oversold)} oversold`
            : '?'}
        </span>
        <CheckStock />
      </header>
      <div class="filters">
        <label>
          Show{' '}
          <select
            value={shelves.state}
            onChange={({ currentTarget }) => change(shelvesOf({ ...shelves, state: currentTarget.value, after: '' }))}
          >
            <option value="all">all</option>
            <option value="low">low, below their thresholds</option>
            <option value="oversold">oversold, below zero</option>
          </select>
        </label>
        <label>
          with{' '}
          <input
            data-find
            value={shelves.text}
            placeholder="id or name"
            maxLength={200}
            onInput={({ currentTarget }) => change({ text: currentTarget.value }, true)}
          />
        </label>
      </div>
      {error && answer && <Old at={answer.at} why={error.message} />}
      {error && !answer && <Failed error={error} again={again} />}
      {!answer && !error && <Asking />}
      {answer && (
        <p class="acts">
          {shelves.after !== '' && (
            <button type="button" class="small" onClick={() => change({})}>
              The least
            </button>
          )}
          {next !== null && (
            <button type="button" class="small" onClick={() => change({ after: next })}>
              More
            </button>
          )}
          <span class="grow" />
          <button type="button" class="small" onClick={() => save('stock.csv', 'text/csv', csvOf(inCsv(rows)))}>
            {next === null && shelves.after === '' ? 'CSV' : `CSV of these ${count(rows.length)}`}
          </button>
          <Copy text={asCommand(shelves)}>Copy as CLI</Copy>
        </p>
      )}
      {rows.length > 0 && (
        <div class="stock-list">
          <List
            label="Products"
            rows={rows}
            columns={COLUMNS}
            keyOf={({ product }) => product}
            selected={route.query.at ?? null}
            onSelect={({ product }) => go(linkTo(PATH, [], { ...queryOf(shelves), day, at: product }), true)}
            onOpen={({ product }) => go(linkTo(PATH, [product]))}
          />
        </div>
      )}
      {answer && rows.length === 0 && <None shelves={shelves} all={counts?.all ?? 0} />}
    </section>
  );
}

function None({ shelves: { state, text }, all }: { shelves: Shelves; all: number }) {
  if (all > 0)
    return <p class="state">{state === 'all' ? 'There are no more.' : `Of these, no product is ${state}.`}</p>;
  if (text !== '') return <p class="state">No product has “{text}” in its id or name.</p>;
  return <Nothing command="npm start">The shelves are empty: npm start seeds a shop.</Nothing>;
}

const COLUMNS: readonly ListColumn<StockedProduct>[] = [
  {
    ...{ name: 'Product', width: '90px' },
    show: ({ product }) => <a href={linkTo(PATH, [product])}>{product}</a>,
  },
  { name: 'On hand', width: '80px', isNumber: true, show: ({ onHand }) => count(onHand) },
  { name: 'Threshold', width: '90px', isNumber: true, show: ({ threshold }) => count(threshold) },
  { name: 'State', width: '110px', show: (row) => <State row={row} /> },
  { name: 'Name', show: ({ name }) => name },
  { name: 'Category', width: '110px', show: ({ category }) => category },
  { name: 'Changed (UTC)', width: '156px', show: ({ lastUpdated }) => <Time at={lastUpdated} /> },
];

function State({ row }: { row: StockedProduct }) {
  const { word, state } = shownAs(row);
  return (
    <>
      <Mark state={state} /> {word}
    </>
  );
}

const inCsv = (rows: readonly StockedProduct[]) => [
  ['product', 'name', 'category', 'on_hand', 'threshold', 'state', 'last_updated'],
  ...rows.map((row) => [
    ...[row.product, row.name, row.category, row.onHand, row.threshold],
    ...[shownAs(row).word, row.lastUpdated],
  ]),
];
