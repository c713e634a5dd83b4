/** What the backbone would cost in AWS: a month's bill by service, what a million orders costs, what wider windows save. */
import type { Bill, Cost as CostAnswer } from '#operations/cost.ts';
import { go } from '../client/location.ts';
import { useAgain, useAnswer } from '../client/use-answer.ts';
import { Asking, Failed, Nothing, Old } from '../parts/states.tsx';
import { Table } from '../parts/table.tsx';
import { count, dollars, figure } from '../view/numbers.ts';
import { linkTo } from '../view/route.ts';
import type { PageProps } from './page.ts';

const PATH = 'cost';
const REFRESH_MS = 30_000;
/** Orders a day, as docs/cost.md has them. */
const RATES = [1_000_000, 10_000_000, 100_000_000] as const;

export function Cost({ route }: PageProps) {
  const perDay = /^\d{1,10}$/.test(route.query.day ?? '') ? route.query.day : undefined;
  const asked = useAnswer<CostAnswer>(`/api/cost${perDay === undefined ? '' : `?day=${perDay}`}`);
  useAgain(asked, REFRESH_MS);
  const { answer, error, again } = asked;
  const bill = answer?.data.bill;
  return (
    <>
      <section class="card" aria-label="Cost">
        <header>
          <h1>Cost</h1>
          <label>
            <span class="for-readers">For </span>
            <select
              value={perDay ?? ''}
              onChange={({ currentTarget }) => go(linkTo(PATH, [], { day: currentTarget.value }))}
            >
              <option value="">at the present rate of orders</option>
              {[...new Set([...RATES.map(String), ...(perDay === undefined ? [] : [perDay])])].map((each) => (
                <option key={each} value={each}>
                  for {count(Number(each))} orders a day
                </option>
              ))}
            </select>
          </label>
        </header>
        {error && answer && <Old at={answer.at} why={error.message} />}
        {error && !answer && <Failed error={error} again={again} />}
        {!answer && !error && <Asking />}
        {bill === null && (
          <Nothing command="npx tillstream cost --orders-per-day 1000000">
            No orders have come for five minutes, so there is no present rate. Choose another above, or:
          </Nothing>
        )}
        {bill && answer && (
          <p>
            <b class="large">{dollars(bill.perMillionOrders)}</b> a million orders ·{' '}
            <b class="large">{dollars(bill.total)}</b> a month in AWS at {count(bill.ordersPerDay)} orders a day
            {perDay === undefined && ` (${figure(answer.data.rate)} a second over the last five minutes)`}
          </p>
        )}
        {answer && (
          <p class="muted">
            List prices of {answer.data.pricedOn} on demand in us-east-1, noted by hand: check them before use. Most of
            the bill is for what is always on, so a million orders costs less the more there are. docs/cost.md says what
            is measured and what is assumed.
          </p>
        )}
        {bill && <Services bill={bill} perDay={perDay} />}
      </section>
      {bill && <Windows bill={bill} />}
    </>
  );
}

function Services({ bill: { services, total, size }, perDay }: { bill: Bill; perDay: string | undefined }) {
  const largest = Math.max(...services.map((service) => service.dollars));
  return (
    <>
      <Table
        label="Services"
        rows={services}
        keyOf={({ name }) => name}
        command={`npx tillstream cost${perDay === undefined ? '' : ` --orders-per-day ${perDay}`}`}
        columns={[
          { name: 'Service', isHead: true, show: ({ name }) => name, csv: ({ name }) => name, foot: 'Total' },
          {
            ...{ name: 'A month', isNumber: true, foot: dollars(total) },
            show: (service) => dollars(service.dollars),
            csv: (service) => service.dollars,
          },
          {
            name: 'Share',
            show: (service) => (
              <span class="share">
                <i style={{ width: `${(service.dollars / largest) * 70}%` }} />
                {percent(service.dollars / total)}
              </span>
            ),
          },
        ]}
      />
      <p class="muted">
        With {size.brokers} brokers {size.broker} that keep {size.kafkaDays} days, and PostgreSQL on {size.database}{' '}
        that keeps {size.databaseDays} days.
      </p>
    </>
  );
}

/** What is there isn't nothing. */
const percent = (share: number): string => (share < 0.01 ? '< 1 %' : `${Math.round(share * 100)} %`);

function Windows({ bill: { streams } }: { bill: Bill }) {
  const rows = streams.flatMap(({ topic, windows }) =>
    windows.map((window) => ({ topic, ...window, saves: (windows[0]?.dollars ?? 0) - window.dollars })),
  );
  return (
    <section class="card" aria-label="Wider windows">
      <header>
        <h2>What a wider window saves</h2>
        <span class="muted">a record waits longer before it is in the lake, and objects are larger</span>
      </header>
      <Table
        label="Wider windows"
        rows={rows}
        keyOf={({ topic, seconds }) => `${topic} ${seconds}`}
        columns={[
          { name: 'Stream', isHead: true, show: ({ topic }) => topic, csv: ({ topic }) => topic },
          {
            name: 'Window',
            show: ({ seconds, saves }) => `${seconds} s${saves === 0 ? ', as configured' : ''}`,
            csv: ({ seconds }) => seconds,
          },
          {
            ...{ name: 'Objects a day', isNumber: true },
            show: ({ objectsPerDay }) => count(objectsPerDay),
            csv: ({ objectsPerDay }) => Math.round(objectsPerDay),
          },
          {
            ...{ name: 'A month', isNumber: true },
            show: (row) => dollars(row.dollars),
            csv: (row) => row.dollars,
          },
          {
            ...{ name: 'Saves', isNumber: true },
            show: ({ saves }) => (saves === 0 ? '–' : dollars(saves)),
            csv: ({ saves }) => saves,
          },
        ]}
      />
    </section>
  );
}
