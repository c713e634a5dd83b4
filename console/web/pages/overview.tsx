/** The first page: whether all is there, what wants a look, and how everything flows. */
import { live } from '../client/live-store.ts';
import { usePicked } from '../client/store.ts';
import { SECONDS_SHOWN, useSeries } from '../client/use-series.ts';
import { Flow } from '../parts/flow.tsx';
import { Headline } from '../parts/headline.tsx';
import { Notices } from '../parts/notices.tsx';
import { Plot } from '../parts/plot.tsx';
import { Reasons } from '../parts/reasons.tsx';
import { Nothing } from '../parts/states.tsx';
import { figure } from '../view/numbers.ts';
import { latencyPlaces, seriesOf } from '../view/overview.ts';
import type { PageProps } from './page.ts';

export function Overview({ exists }: PageProps) {
  // The topics stay the same; a list of their own each second would have all begin anew.
  const topics = usePicked(live, ({ pulse }) => Object.keys(pulse?.streams ?? {}).join())
    .split(',')
    .filter(Boolean);
  const isEmpty = usePicked(live, ({ pulse }) => pulse?.books?.offsets === 0);
  const rates = topics.map((topic) => ({ name: `rate.${topic}`, title: topic }));
  const latencies = latencyPlaces.map(({ name, title }) => ({ name: `p95.${name}`, title }));
  const series = useSeries(topics.length === 0 ? [] : [...rates, ...latencies].map(({ name }) => name), seriesOf);
  return (
    <>
      <Headline />
      <Notices exists={exists} />
      {isEmpty && (
        <section class="card">
          <Nothing command="npx tillstream produce --count 1000">
            <b>No records yet.</b> They would flow from the left to the right here. This sends some:
          </Nothing>
        </section>
      )}
      <Flow exists={exists} series={series} />
      <div class="plots">
        <Plot
          title="Records"
          unit="a second, by topic"
          {...LATELY}
          {...{ series, lines: rates }}
          marks={DECADES}
          say={figure}
        />
        <Plot
          title="Kafka to its place"
          unit="seconds, p95"
          {...LATELY}
          {...{ series, lines: latencies }}
          marks={SECONDS}
          say={sayLatency}
        />
        <Reasons exists={exists} />
      </div>
    </>
  );
}

/** What is kept of each second, and how many of them have a row of the table. */
const LATELY = { seconds: SECONDS_SHOWN, step: 30 };
const DECADES = [0, 1, 10, 100, 1_000, 10_000, 100_000, 1_000_000];
const SECONDS = [0, 1, 10, 60, 600, 3_600];
const sayLatency = (seconds: number | null | undefined): string =>
  seconds !== null && seconds !== undefined && seconds >= 100 ? `${Math.round(seconds / 60)} min` : figure(seconds);
