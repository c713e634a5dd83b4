/** One product: the sum that gives its stock, how much was on hand over time, and what moved it. */
import type { MovementPage, ProductMovement } from '#operations/stock/movements.ts';
import type { ProductLook } from '#operations/stock/product.ts';
import { sayCount } from '#operations/stock/say-count.ts';
import { go } from '../../client/location.ts';
import { type Asked, useAgain, useAnswer } from '../../client/use-answer.ts';
import type { PageProps } from '../../pages/page.ts';
import { count, some } from '../../view/numbers.ts';
import { linkTo } from '../../view/route.ts';
import { MOST_EXACT, PERIODS, plotOf, productCommand, sayPieces, shownAs } from '../../view/stock.ts';
import { Mark } from '../mark.tsx';
import { Plot } from '../plot.tsx';
import { Asking, Failed, Nothing, Old } from '../states.tsx';
import { Table } from '../table.tsx';
import { Time } from '../time.tsx';

const PATH = 'stock';
const REFRESH_MS = 5_000;
/** Each look adds up all movements of the product: with more than these it is looked at anew only by hand. */
const MOST_TO_REPEAT = 50_000;

export function Product({ product, route, exists }: PageProps & { product: string }) {
  const { period: named = 'day', after = '' } = route.query;
  const [period, { seconds }] = PERIODS[named] ? [named, PERIODS[named]] : ['day', { seconds: 86_400 }];
  const path = `/api/stock/${encodeURIComponent(product)}`;
  const look = useAnswer<ProductLook>(`${path}${seconds === null ? '' : `?seconds=${seconds}`}`);
  const movements = useAnswer<MovementPage>(
    `${path}/movements?${new URLSearchParams({ limit: '50', ...(after !== '' && { after }) })}`,
  );
  const { answer, error, again } = look;
  const isMany = (answer?.data.sales ?? 0) + (answer?.data.restocks ?? 0) > MOST_TO_REPEAT;
  useAgain(look, isMany ? null : REFRESH_MS);
  useAgain(movements, after === '' ? REFRESH_MS : null);
  return (
    <>
      <section class="card" aria-label="Product">
        <header>
          <h1>{answer?.data.name ?? product}</h1>
          <span class="muted">{answer ? `${product} · ${answer.data.category}` : ''}</span>
          <a href={linkTo(PATH)}>all products</a>
        </header>
        {error && answer && <Old at={answer.at} why={error.message} />}
        {error && !answer && <Failed error={error} again={again} />}
        {!answer && !error && <Asking />}
        {answer && <Balance look={answer.data} />}
        {answer && (
          <p class="acts">
            <label>
              <span class="muted">On hand over </span>
              <select
                value={period}
                onChange={({ currentTarget }) =>
                  go(linkTo(PATH, [product], { ...route.query, period: currentTarget.value }))
                }
              >
                {Object.entries(PERIODS).map(([each, { name }]) => (
                  <option key={each} value={each}>
                    {name}
                  </option>
                ))}
              </select>
            </label>
            {isMany && (
              <>
                <span class="muted">
                  as of <Time at={answer.at} /> UTC
                </span>
                <button type="button" class="small" onClick={again}>
                  Refresh
                </button>
              </>
            )}
          </p>
        )}
      </section>
      {answer && <LevelsPlot look={answer.data} at={answer.at} seconds={seconds} />}
      <Movements {...{ product, movements, after, exists }} query={route.query} />
    </>
  );
}

function Balance({ look }: { look: ProductLook }) {
  const { opening, sold, restocked, corrected, due, onHand, balanced, threshold, sales, restocks, counts } = look;
  const { word, state } = shownAs(look);
  const parts = [
    { sign: '', value: opening, name: 'opening' },
    { sign: '−', value: sold, name: `sold, ${some(sales, 'sales')}` },
    { sign: '+', value: restocked, name: `restocked, ${some(restocks, 'restocks')}` },
    ...(counts > 0
      ? [{ sign: corrected < 0 ? '−' : '+', value: Math.abs(corrected), name: `corrected, ${some(counts, 'counts')}` }]
      : []),
    { sign: '=', value: due, name: balanced ? 'on hand' : 'due' },
  ];
  return (
    <>
      <div class="sum">
        <ul>
          {parts.map(({ sign, value, name }) => (
            <li key={name}>
              <b>
                {sign && <i class="operator">{sign}</i>} {count(value)}
              </b>
              <span>{name}</span>
            </li>
          ))}
        </ul>
      </div>
      <p>
        <Mark state={balanced ? 'fine' : 'wrong'} />{' '}
        {balanced
          ? 'Balanced: inventory.inventory has as much.'
          : `Not balanced: inventory.inventory has ${count(onHand)}.`}
      </p>
      {look.countedAt && (
        <p>
          Counted last at <Time at={look.countedAt} /> UTC: what happened up to then is in it.
          {look.covered > 0 && ` Of sales and restocks, ${count(look.covered)} came after a count that had seen them.`}
        </p>
      )}
      <p>
        <Mark state={state} /> {word === 'enough' ? 'Enough' : word === 'low' ? 'Low' : 'Oversold'}: the threshold is{' '}
        {count(threshold)}.
      </p>
    </>
  );
}

function LevelsPlot({ look, at, seconds }: { look: ProductLook; at: string; seconds: number | null }) {
  const { levels, onHand, threshold } = look;
  const end = Date.parse(at) / 1000;
  const { series, lines } = plotOf(levels, { begin: seconds === null ? null : end - seconds, end, onHand, threshold });
  const unit =
    levels.movements > MOST_EXACT
      ? `pieces; ${count(levels.movements)} movements as ${count(levels.points.length)} points`
      : 'pieces';
  return (
    <Plot title="On hand" unit={`${unit}; ✗ is oversold`} shape="steps" series={series} lines={lines} say={sayPieces} />
  );
}

interface MovementsProps {
  readonly product: string;
  readonly movements: Asked<MovementPage>;
  readonly after: string;
  readonly query: Readonly<Record<string, string>>;
  readonly exists: PageProps['exists'];
}

function Movements({ product, movements: { answer, error, again }, after, query, exists }: MovementsProps) {
  const { rows = [], next = null } = answer?.data ?? {};
  const turn = (to: string | undefined) => go(linkTo(PATH, [product], { ...query, after: to }));
  return (
    <section class="card" aria-label="Movements">
      <header>
        <h2>Movements</h2>
        <span class="muted">the newest first</span>
      </header>
      {error && answer && <Old at={answer.at} why={error.message} />}
      {error && !answer && <Failed error={error} again={again} />}
      {!answer && !error && <Asking />}
      {answer && rows.length === 0 && (
        <Nothing command="npx tillstream produce --count 1000">Nothing has moved it yet. This sends sales:</Nothing>
      )}
      {(after !== '' || next !== null) && (
        <p class="acts">
          {after !== '' && (
            <button type="button" class="small" onClick={() => turn(undefined)}>
              Newest
            </button>
          )}
          {next !== null && (
            <button type="button" class="small" onClick={() => turn(next)}>
              Older
            </button>
          )}
        </p>
      )}
      {rows.length > 0 && (
        <Table
          label={`Movements of ${product}`}
          command={productCommand(product, after)}
          rows={rows}
          keyOf={({ topic, partition, offset }) => `${topic}/${partition}/${offset}`}
          columns={[
            {
              name: 'Took effect (UTC)',
              show: ({ processedAt }) => <Time at={processedAt} />,
              csv: ({ processedAt }) => processedAt,
            },
            {
              name: 'Happened',
              show: ({ occurredAt }) => (occurredAt ? <Time at={occurredAt} /> : '–'),
              csv: ({ occurredAt }) => occurredAt,
            },
            { name: 'Source', show: ({ topic }) => topic, csv: ({ topic }) => topic },
            {
              ...{ name: 'Record', isHead: true },
              show: (row) => <RecordLink row={row} exists={exists} />,
              csv: ({ partition, offset }) => `${partition}/${offset}`,
            },
            {
              ...{ name: 'Change', isNumber: true },
              show: ({ change }) => (change > 0 ? `+${count(change)}` : count(change)),
              csv: ({ change }) => change,
            },
            {
              ...{ name: 'After it', isNumber: true },
              show: ({ after: left }) => (
                <>
                  {left < 0 && <span class="word is-wrong">oversold </span>}
                  {count(left)}
                </>
              ),
              csv: ({ after: left }) => left,
            },
            {
              name: 'Order',
              show: (row) => <OrderLink row={row} exists={exists} />,
              csv: ({ orderId }) => orderId,
            },
            {
              name: 'Count',
              show: (row) => sayCount(row) || '–',
              csv: ({ counted, covered }) => counted ?? covered,
            },
          ]}
        />
      )}
    </section>
  );
}

interface LinkProps {
  readonly row: ProductMovement;
  readonly exists: PageProps['exists'];
}

function RecordLink({ row: { topic, partition, offset }, exists }: LinkProps) {
  const said = `${partition}/${offset}`;
  if (!exists('messages')) return said;
  return <a href={linkTo('messages', [topic, partition, offset])}>{said}</a>;
}

/** An online order's is an order of the shop; a store's sale has a number that only the store knows. */
function OrderLink({ row: { topic, orderId }, exists }: LinkProps) {
  if (orderId === null) return '–';
  if (topic !== 'online_orders' || !exists('messages')) return <code class="plain">{orderId}</code>;
  return (
    <a href={linkTo('messages', ['orders'], { filter: `order_id=${orderId}` })}>
      <code class="plain">{orderId}</code>
    </a>
  );
}
