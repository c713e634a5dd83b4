/** A topic, partition by partition: how far its consumer is, at which rates, what its records look like, and its last deliveries. */
import type { Deliveries } from '#console/api.ts';
import type { LastDelivery } from '#operations/streams/last-deliveries.ts';
import type { Schema, StreamLook } from '#operations/streams/partitions.ts';
import { live } from '../client/live-store.ts';
import { go } from '../client/location.ts';
import { usePicked } from '../client/store.ts';
import { useAgain, useAnswer } from '../client/use-answer.ts';
import { Copy } from '../parts/copy.tsx';
import { Scrolled, Wide } from '../parts/scrolled.tsx';
import { Asking, Failed, Nothing, Old } from '../parts/states.tsx';
import { Time } from '../parts/time.tsx';
import { count, figure, UNKNOWN } from '../view/numbers.ts';
import { linkTo } from '../view/route.ts';
import { duration, took } from '../view/time.ts';
import { topicsOf, WRITTEN } from '../view/topics.ts';
import type { Page, PageProps } from './page.ts';

const PATH = 'streams';
const REFRESH_MS = 5_000;

function Streams({ route, exists }: PageProps) {
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
  return (
    <>
      <p class="muted">
        {consumer ? `${consumer} consumes it` : 'Functions write it; subscribers read it'}
        {batching && `, in batches of up to ${count(batching.records)} records or ${batching.seconds} s`}
        {skew !== null && `. The busiest partition gets ${figure(skew)} times the mean.`}
      </p>
      <Wide label="Partitions">
        <table class="figures">
          <thead>
            <tr>
              <th scope="col">Partition</th>
              {['Earliest', 'Latest', 'Consumed to', 'Lag', 'Clear in', 'In a second', 'Out a second', 'Batch'].map(
                (name) => (
                  <th scope="col" class="is-number" key={name}>
                    {name}
                  </th>
                ),
              )}
            </tr>
          </thead>
          <tbody>
            {partitions.map((each) => (
              <tr key={each.partition}>
                <th scope="row">{each.partition}</th>
                <td class="is-number">{count(each.earliest)}</td>
                <td class="is-number">{count(each.latest)}</td>
                <td class="is-number">{consumer ? count(each.next) : '–'}</td>
                <td class="is-number">{consumer ? count(each.lag) : '–'}</td>
                <td class="is-number">{clear(each)}</td>
                <td class="is-number">{figure(each.coming)}</td>
                <td class="is-number">{consumer ? figure(each.going) : '–'}</td>
                <td class="is-number">{each.batch === null ? '–' : figure(each.batch)}</td>
              </tr>
            ))}
          </tbody>
          <tfoot>
            <tr>
              <th scope="row">All</th>
              <td class="is-number" />
              <td class="is-number" />
              <td class="is-number" />
              <td class="is-number">{consumer ? count(sum(({ lag }) => lag)) : '–'}</td>
              <td class="is-number" />
              <td class="is-number">{figure(sum(({ coming }) => coming))}</td>
              <td class="is-number">{consumer ? figure(sum(({ going }) => going)) : '–'}</td>
              <td class="is-number" />
            </tr>
          </tfoot>
        </table>
      </Wide>
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
      <Wide label="Fields">
        <table class="figures is-text">
          <thead>
            <tr>
              <th scope="col">Field</th>
              <th scope="col">Kind</th>
              <th scope="col">Meaning</th>
            </tr>
          </thead>
          <tbody>
            {fields.map(({ name, kind, description, optional }) => (
              <tr key={name}>
                <th scope="row">
                  <code>{name}</code>
                </th>
                <td>
                  {kind}
                  {optional && <span class="muted">, may be missing</span>}
                </td>
                <td>{description}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </Wide>
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
    <Wide label="Deliveries">
      <table class="figures">
        <thead>
          <tr>
            {['Committed', 'Offsets'].map((name) => (
              <th scope="col" key={name}>
                {name}
              </th>
            ))}
            {['Records', 'Accepted', 'Repeats', 'Dead letters', 'Latency', 'Bytes'].map((name) => (
              <th scope="col" class="is-number" key={name}>
                {name}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map(({ id, partition, first, last, committedAt, latency, ...each }) => (
            <tr key={id}>
              <td>
                <Time at={committedAt} />
              </td>
              <th scope="row">
                {exists('messages') ? (
                  <a href={linkTo('messages', [topic], { from: first, partition })}>
                    {partition}/{first}–{last}
                  </a>
                ) : (
                  `${partition}/${first}–${last}`
                )}
              </th>
              <td class="is-number">{count(each.records)}</td>
              <td class="is-number">{count(each.accepted)}</td>
              <td class="is-number">{count(each.duplicates)}</td>
              <td class="is-number">{count(each.rejected)}</td>
              <td class="is-number">{latency === null ? UNKNOWN : took(Math.max(0, latency))}</td>
              <td class="is-number">{each.bytes === null ? '–' : count(each.bytes)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </Wide>
  );
}

export const streams: Page = { path: PATH, name: 'Streams', letter: 's', needs: 'look', Show: Streams };
