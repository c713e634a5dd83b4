/** The report of a day: what was sold, what sold best, what runs out. It is made by a DAG at midnight, or here. */
import type { MadeReport, StoredReport } from '#console/api.ts';
import type { Report, Shortage } from '#operations/report.ts';
import { ask } from '../../client/ask.ts';
import { live, serverNow } from '../../client/live-store.ts';
import { go } from '../../client/location.ts';
import { usePicked } from '../../client/store.ts';
import { useAct } from '../../client/use-act.ts';
import { useAnswer } from '../../client/use-answer.ts';
import { count } from '../../view/numbers.ts';
import { linkTo } from '../../view/route.ts';
import { today, yesterday } from '../../view/stock.ts';
import { Copy } from '../copy.tsx';
import { Asking, Failed, Nothing, Old } from '../states.tsx';
import { Table } from '../table.tsx';

export function DayReport({ query }: { query: Readonly<Record<string, string>> }) {
  const day = query.day ?? yesterday(serverNow());
  return <OfDay key={day} day={day} query={query} />;
}

function OfDay({ day, query }: { day: string; query: Readonly<Record<string, string>> }) {
  const mayAct = usePicked(live, ({ session }) => session?.may.includes('act') ?? false);
  const { answer, error, again } = useAnswer<StoredReport>(`/api/reports/${encodeURIComponent(day)}`);
  const make = useAct(async () => {
    const { data } = await ask<MadeReport>('/api/report', { body: { date: day } });
    again();
    return data;
  });
  const command = `npx tillstream report --date ${day}`;
  return (
    <section class="card" aria-label="Report of a day">
      <header>
        <h2>Report of the day</h2>
        <label>
          <span class="for-readers">Day </span>
          <input
            type="date"
            value={day}
            max={today(serverNow())}
            required
            onChange={({ currentTarget: { value } }) => value && go(linkTo('stock', [], { ...query, day: value }))}
          />
        </label>
        <span class="muted">in UTC, by when things happened</span>
      </header>
      <p class="acts">
        {mayAct && (
          <button type="button" disabled={make.isUnderWay} onClick={make.start}>
            {make.isUnderWay ? 'Making it …' : answer?.data ? 'Make it again' : 'Make report'}
          </button>
        )}
        <span role="status">
          {make.result &&
            `Made; in the lake it is ${make.result.files.map((file) => file.split('/').at(-1)).join(' and ')}.`}
        </span>
        <span class="grow" />
        <Copy text={command}>Copy as CLI</Copy>
      </p>
      {make.error && <Failed error={make.error} again={make.start} />}
      {error && answer && <Old at={answer.at} why={error.message} />}
      {error && !answer && <Failed error={error} again={again} />}
      {!answer && !error && <Asking />}
      {answer && !answer.data && (
        <Nothing command={command}>
          There is no report of {day} yet. The DAG daily_inventory_report makes it at midnight; so does this:
        </Nothing>
      )}
      {answer?.data && <Whole report={answer.data} />}
    </section>
  );
}

function Whole({
  report: { report_date, total_sales, units_sold, top_sellers, low_stock, oversold },
}: {
  report: Report;
}) {
  return (
    <>
      <p>
        <b>{count(units_sold)}</b> units sold for <b>{total_sales}</b>, in the currency of the shop’s price list.{' '}
        {count(low_stock.length)} products were low at the end of the day, {count(oversold.length)} of them oversold.
      </p>
      {top_sellers.length > 0 && (
        <Table
          label={`Top sellers of ${report_date}`}
          rows={top_sellers}
          keyOf={({ product_id }) => product_id}
          columns={[
            { name: 'Top seller', isHead: true, show: linked, csv: ({ product_id }) => product_id },
            { name: 'Name', show: ({ name }) => name, csv: ({ name }) => name },
            { name: 'Units', isNumber: true, show: ({ units }) => count(units), csv: ({ units }) => units },
            { name: 'Revenue', isNumber: true, show: ({ revenue }) => revenue, csv: ({ revenue }) => revenue },
          ]}
        />
      )}
      {low_stock.length > 0 && (
        <Table
          label={`Low stock of ${report_date}`}
          rows={low_stock.slice(0, MOST_SHOWN)}
          keyOf={({ product_id }) => product_id}
          columns={[
            { name: 'Low at its end', isHead: true, show: linked, csv: ({ product_id }) => product_id },
            { name: 'Name', show: ({ name }) => name, csv: ({ name }) => name },
            { name: 'Stock', isNumber: true, show: sayStock, csv: ({ stock }) => stock },
            {
              name: 'Threshold',
              isNumber: true,
              show: ({ threshold }) => count(threshold),
              csv: ({ threshold }) => threshold,
            },
          ]}
        />
      )}
      {low_stock.length > MOST_SHOWN && (
        <p class="muted">
          The first {MOST_SHOWN} of {count(low_stock.length)}; the report’s files have all.
        </p>
      )}
    </>
  );
}

const MOST_SHOWN = 20;

const linked = ({ product_id }: { readonly product_id: string }) => (
  <a href={linkTo('stock', [product_id])}>{product_id}</a>
);

const sayStock = ({ stock }: Shortage) => `${count(stock)}${stock < 0 ? ' oversold' : ''}`;
