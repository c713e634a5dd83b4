/** A topic, partition by partition: how far its consumer is, at which rates, what its records look like, and its last deliveries. */
import type { Deliveries } from '#console/api.ts';
import type { LastDelivery } from '#operations/streams/last-deliveries.ts';
import type { Schema, StreamLook } from '#operations/streams/partitions.ts';
import { live } from '../client/live-store.ts';
import { go } from '../client/location.ts';
import { usePicked } from '../client/store.ts';
import { useAgain, useAnswer } from '../client/use-answer.ts';
import { Copy } from '../parts/copy.tsx';
import { Scrolled } from '../parts/scrolled.tsx';
import { Asking, Failed, Nothing, Old } from '../parts/states.tsx';
import { Table } from '../parts/table.tsx';
import { Time } from '../parts/time.tsx';
import { count, figure, UNKNOWN } from '../view/numbers.ts';
import { linkTo } from '../view/route.ts';
import { duration, took } from '../view/time.ts';
import { topicsOf, WRITTEN } from '../view/topics.ts';
import type { PageProps } from './page.ts';

const PATH = 'streams';
const REFRESH_MS = 5_000;

export function Streams({ route, exists }: PageProps) {
  const [topic = 'orders'] = route.rest;
  const read = usePicked(live, ({ pulse }) => Object.keys(pulse?.streams ?? {}).join());
  const path = `/api/streams/${encodeURIComponent(topic)}`;
  const isWritten = (WRITTEN as readonly string[]).includes(topic);
  const look = useAnswer<StreamLook>(path);
  const deliveries = useAnswer<Deliveries>(isWritten ? null : `${path}/deliveries`);
  useAgain(look, REFRESH_MS);
  useAgain(deliveries, isWritten ? null : REFRESH_MS);
  const { answer, error } = look;
  return (
    <>
      <section class="card" aria-label="Stream">
        <header>
          <h1>{topic}</h1>
          <label>
            <span class="for-readers">Topic </span>
            <select value={topic} onChange={({ currentTarget }) => go(linkTo(PATH, [currentTarget.value]))}>
              {topicsOf(read.split(',').filter(Boolean), topic).map((each) => (
                <option key={each} value={each}>
                  {each}
                </option>
              ))}
            </select>
          </label>
          {exists('messages') && <a href={linkTo('messages', [topic])}>its messages</a>}
        </header>
        {error && answer && <Old at={answer.at} why={error.message} />}
        {error && !answer && <Failed error={error} again={look.again} />}
        {!answer && !error && <Asking />}
        {answer && <Partitions look={answer.data} />}
      </section>
      {answer?.data.schema && <Fields schema={answer.data.schema} />}
      {!isWritten && (
        <section class="card" aria-label="Last deliveries">
          <header>
            <h2>Last deliveries</h2>
          </header>
          {deliveries.error && deliveries.answer && <Old at={deliveries.answer.at} why={deliveries.error.message} />}
          {deliveries.error && !deliveries.answer && <Failed error={deliveries.error} again={deliveries.again} />}
          {deliveries.answer && <LastDeliveries rows={deliveries.answer.data.rows} topic={topic} exists={exists} />}
        </section>
      )}
    </>
  );
}

function Partitions({ look: { consumer, batching, partitions, skew } }: { look: StreamLook }) {
  /** Of parts of which one is unknown, the sum is. */
  const sum = (of: (each: StreamLook['partitions'][number]) => number | null) =>
    partitions.reduce<number | null>((total, each) => {
      const part = of(each);
      return total === null || part === null ? null : total + part;
    }, 0);
  const ofConsumer = (text: string) => (consumer ? text : '–');
  return (
    <>
      <p class="muted">
        {consumer ? `${consumer} consumes it` : 'Functions write it; subscribers read it'}
        {batching && `, in batches of up to ${count(batching.records)} records or ${batching.seconds} s`}
        {skew !== null && `. The busiest partition gets ${figure(skew)} times the mean.`}
      </p>
      <Table
        label="Partitions"
        rows={partitions}
        keyOf={({ partition }) => partition}
        columns={[
          { name: 'Partition', show: ({ partition }) => partition, isHead: true, foot: 'All' },
          { name: 'Earliest', show: ({ earliest }) => count(earliest), isNumber: true },
          { name: 'Latest', show: ({ latest }) => count(latest), isNumber: true },
          { name: 'Consumed to', show: ({ next }) => ofConsumer(count(next)), isNumber: true },
          {
            ...{ name: 'Lag', isNumber: true },
            show: ({ lag }) => ofConsumer(count(lag)),
            foot: ofConsumer(count(sum(({ lag }) => lag))),
          },
          { name: 'Clear in', show: clear, isNumber: true },
          {
            ...{ name: 'In a second', isNumber: true },
            show: ({ coming }) => figure(coming),
            foot: figure(sum(({ coming }) => coming)),
          },
          {
            ...{ name: 'Out a second', isNumber: true },
            show: ({ going }) => ofConsumer(figure(going)),
            foot: ofConsumer(figure(sum(({ going }) => going))),
          },
          { name: 'Batch', show: ({ batch }) => (batch === null ? '–' : figure(batch)), isNumber: true },
        ]}
      />
    </>
  );
}

/** Rates are of the last five minutes. */
function clear({ lag, clearsIn }: StreamLook['partitions'][number]): string {
  if (lag === null || lag === 0) return '–';
  return clearsIn === null ? 'nothing moves' : duration(clearsIn);
}

function Fields({ schema: { key, fields, example } }: { schema: Schema }) {
  return (
    <section class="card" aria-label="Schema">
      <header>
        <h2>Schema</h2>
        <span class="muted">JSON, keyed by {key}</span>
      </header>
      <Table
        label="Fields"
        rows={fields}
        keyOf={({ name }) => name}
        columns={[
          { name: 'Field', show: ({ name }) => <code>{name}</code>, isHead: true },
          { name: 'Kind', show: ({ kind, optional }) => (optional ? `${kind}, may be missing` : kind) },
          { name: 'Meaning', show: ({ description }) => description },
        ]}
      />
      <p class="acts">
        <b>An example that its consumer takes</b> <Copy text={example} />
      </p>
      <Scrolled label="Example">{example}</Scrolled>
    </section>
  );
}

interface DeliveriesProps {
  readonly rows: readonly LastDelivery[];
  readonly topic: string;
  readonly exists: PageProps['exists'];
}

function LastDeliveries({ rows, topic, exists }: DeliveriesProps) {
  if (rows.length === 0)
    return (
      <Nothing command="npx tillstream produce --count 1000">Nothing was delivered yet. This sends records:</Nothing>
    );
  return (
    <Table
      label="Deliveries"
      rows={rows}
      keyOf={({ id }) => id}
      columns={[
        {
          name: 'Committed',
          show: ({ committedAt }) => <Time at={committedAt} />,
          csv: ({ committedAt }) => committedAt,
        },
        {
          ...{ name: 'Offsets', isHead: true },
          show: ({ partition, first, last }) =>
            exists('messages') ? (
              <a href={linkTo('messages', [topic], { from: first, partition })}>
                {partition}/{first}–{last}
              </a>
            ) : (
              `${partition}/${first}–${last}`
            ),
          csv: ({ partition, first, last }) => `${partition}/${first}-${last}`,
        },
        ...(
          [
            ['Records', 'records'],
            ['Accepted', 'accepted'],
            ['Repeats', 'duplicates'],
            ['Dead letters', 'rejected'],
          ] as const
        ).map(([name, of]) => ({
          ...{ name, isNumber: true },
          show: (row: LastDelivery) => count(row[of]),
          csv: (row: LastDelivery) => row[of],
        })),
        {
          ...{ name: 'Latency', isNumber: true },
          show: ({ latency }) => (latency === null ? UNKNOWN : took(Math.max(0, latency))),
          csv: ({ latency }) => latency,
        },
        {
          ...{ name: 'Bytes', isNumber: true },
          show: ({ bytes }) => (bytes === null ? '–' : count(bytes)),
          csv: ({ bytes }) => bytes,
        },
      ]}
    />
  );
}
