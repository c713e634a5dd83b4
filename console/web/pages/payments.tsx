/** Payments by the hour: how many, how late against the line of the alert, how long they took, and what waits for the DAG. */
import type { IndexState, PaymentsLook, Waiting } from '#operations/payments/look.ts';
import { serverNow } from '../client/live-store.ts';
import { useAgain, useAnswer } from '../client/use-answer.ts';
import { Copy } from '../parts/copy.tsx';
import { Mark } from '../parts/mark.tsx';
import { Plot } from '../parts/plot.tsx';
import { Bars } from '../parts/questions/bars.tsx';
import { Asking, Failed, Nothing, Old } from '../parts/states.tsx';
import { Time } from '../parts/time.tsx';
import { count, some, UNKNOWN } from '../view/numbers.ts';
import { latencyBars, sayLateHours, saySeconds, sayShare, seriesOf, totalsOf } from '../view/payments.ts';
import { linkTo } from '../view/route.ts';
import { duration } from '../view/time.ts';
import type { PageProps } from './page.ts';

const DAG = 'process_kafka_to_postgres';
const REFRESH_MS = 5_000;

export function Payments({ exists }: PageProps) {
  const asked = useAnswer<PaymentsLook>('/api/payments');
  useAgain(asked, REFRESH_MS);
  const { answer, error, again } = asked;
  return (
    <>
      <section class="card" aria-label="Payments">
        <header>
          <h1>Payments</h1>
          <span class="muted">the 48 hours up to the newest that was transformed, by when they were made</span>
          {exists('runs') && <a href={linkTo('runs', [DAG])}>run {DAG}</a>}
        </header>
        {error && answer && <Old at={answer.at} why={error.message} />}
        {error && !answer && <Failed error={error} again={again} />}
        {!answer && !error && <Asking />}
        {answer && <State look={answer.data} />}
        <p class="acts">
          <span class="grow" />
          <Copy text="npx tillstream payments">Copy as CLI</Copy>
        </p>
      </section>
      {answer && answer.data.hours.length > 0 && <Plots look={answer.data} />}
    </>
  );
}

function State({ look }: { look: PaymentsLook }) {
  const { hours, lateAfterSeconds, alert, toTransform, toIndex, transformedAt, comparedAt, index, wholeIndex } = look;
  const { payments, late, overLine } = totalsOf(hours);
  if (hours.length === 0 && toTransform.hours === 0)
    return (
      <Nothing command="npx tillstream produce --topics transactions --count 1000">
        No payment has come yet. This sends some:
      </Nothing>
    );
  return (
    <dl class="facts">
      <dt>Payments</dt>
      <dd>
        {hours.length === 0
          ? `${UNKNOWN} – no hour was transformed yet: what waits is below`
          : `${count(payments)}, of which ${count(late)} came late: more than ${saySeconds(lateAfterSeconds)} after they were made`}
      </dd>
      <dt>Late hours</dt>
      <dd>
        <Mark state={hours.length === 0 ? 'unknown' : overLine > 0 ? 'look' : 'fine'} /> {sayLateHours(hours)}:{' '}
        {sayShare(alert.ratio)} of an hour, from {alert.from} late ones on. The alert also tells of more than{' '}
        {count(alert.count)} that came in a day.
      </dd>
      <dt>To transform</dt>
      <dd>
        <Waits waiting={toTransform} />
      </dd>
      <dt>To index</dt>
      <dd>
        <Waits waiting={toIndex} />
      </dd>
      <dt>Index = view</dt>
      <dd>
        <Compared index={index} unknown="no proof has compared them lately" />
      </dd>
      <dt>In all hours</dt>
      <dd>
        <Compared index={wholeIndex} unknown="no proof has read everything lately; prove_everything does each night" />
      </dd>
      <dt>Last run</dt>
      <dd>
        {transformedAt ? (
          <>
            transformed at <Time at={transformedAt} /> UTC
          </>
        ) : (
          'none has transformed anything yet'
        )}
        {comparedAt && (
          <>
            ; all hours were compared with the index at <Time at={comparedAt} /> UTC
          </>
        )}
      </dd>
    </dl>
  );
}

function Waits({ waiting: { hours, since } }: { waiting: Waiting }) {
  if (since === null) return <>nothing waits</>;
  return (
    <>
      {some(hours, 'hours')}, the first since <Time at={since} /> UTC (
      {duration((serverNow() - Date.parse(since)) / 1000)}
      ); the DAG takes them every hour
    </>
  );
}

function Compared({ index, unknown }: { index: IndexState | null; unknown: string }) {
  if (!index)
    return (
      <>
        <Mark state="unknown" /> unknown: {unknown}
      </>
    );
  return (
    <>
      <Mark state={index.equal ? 'fine' : 'wrong'} /> {index.equal ? 'yes, where nothing waits' : 'no'}, as proved at{' '}
      <Time at={index.provedAt} /> UTC
      {index.where.length > 0 && (
        <ul>
          {index.where.map((where) => (
            <li key={where}>{where}</li>
          ))}
        </ul>
      )}
    </>
  );
}

function Plots({ look }: { look: PaymentsLook }) {
  const { hours, lateAfterSeconds, latencies, alert } = look;
  const series = seriesOf(hours, alert.ratio);
  return (
    <div class="panels">
      <Plot
        title="Payments an hour"
        unit="by when they were made"
        shape="bars"
        series={series}
        lines={[{ name: 'payments', title: 'payments' }]}
        say={count}
      />
      <Plot
        title="Late share"
        unit="of each hour, and the alert’s line"
        series={series}
        lines={[
          { name: 'ratio', title: 'late' },
          { name: 'line', title: 'alert' },
        ]}
        say={sayShare}
      />
      <Bars
        title="How long they took"
        unit="from when they were made to here"
        bars={latencyBars(hours, latencies, lateAfterSeconds)}
      />
    </div>
  );
}
