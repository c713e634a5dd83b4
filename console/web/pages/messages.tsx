/** A topic's records, each with what became of it; and one record whole. */
import type { Message } from '#operations/records/message.ts';
import { live } from '../client/live-store.ts';
import { go } from '../client/location.ts';
import { save } from '../client/save.ts';
import { usePicked } from '../client/store.ts';
import { type Search, useMessages } from '../client/use-messages.ts';
import { Copy } from '../parts/copy.tsx';
import { List, type ListColumn } from '../parts/list.tsx';
import { Choose } from '../parts/messages/choose.tsx';
import { FateWords } from '../parts/messages/fate.tsx';
import { Follow, type FollowProps } from '../parts/messages/follow.tsx';
import { Record } from '../parts/messages/record.tsx';
import { Asking, Failed, Nothing } from '../parts/states.tsx';
import { Time } from '../parts/time.tsx';
import { csvOf } from '../view/csv.ts';
import {
  asCommand,
  asKcat,
  csvRows,
  isLive,
  type Look,
  lookOf,
  queryOf,
  sayProgress,
  shownOf,
} from '../view/messages.ts';
import { UNKNOWN } from '../view/numbers.ts';
import { linkTo } from '../view/route.ts';
import { topicsOf } from '../view/topics.ts';
import type { PageProps } from './page.ts';

const PATH = 'messages';

export function Messages(props: PageProps) {
  const [topic = 'orders', partition, offset] = props.route.rest;
  if (partition !== undefined && offset !== undefined)
    return <Record {...{ topic, partition, offset }} exists={props.exists} key={`${topic}/${partition}/${offset}`} />;
  return <Browse topic={topic} {...props} />;
}

function Browse({ topic, route, exists }: PageProps & { topic: string }) {
  const look = lookOf(topic, route.query);
  const read = usePicked(live, ({ pulse }) => Object.keys(pulse?.streams ?? {}).join());
  const change = (next: Look) => go(linkTo(PATH, [next.topic], queryOf(next)));
  const rows = {
    keyOf: idOf,
    selected: route.query.at ?? null,
    onSelect: (row: Message | null) =>
      go(linkTo(PATH, [topic], { ...queryOf(look), ...(row && { at: idOf(row) }) }), true),
    onOpen: ({ partition, offset }: Message) => go(linkTo(PATH, [topic, partition, offset])),
  };
  return (
    <section class="card messages" aria-label="Messages">
      <header>
        <h1>Messages</h1>
        {exists('streams') && (
          <a class="muted" href={linkTo('streams', [topic])}>
            {topic}: partitions, schema, deliveries
          </a>
        )}
      </header>
      <Choose look={look} topics={topicsOf(read.split(',').filter(Boolean), topic)} onLook={change} />
      {isLive(look) ? (
        <Follow key={JSON.stringify(look)} look={look} columns={columnsOf(topic, exists, ' when it came')} {...rows}>
          <Copies look={look} />
        </Follow>
      ) : (
        <Found {...{ look, rows, exists }} onGoOn={(after) => change({ ...look, after })} />
      )}
    </section>
  );
}

const idOf = ({ partition, offset }: Message) => `${partition}/${offset}`;

function Copies({ look }: { look: Look }) {
  const kcat = asKcat(look);
  return (
    <>
      <Copy text={asCommand(look)}>Copy as CLI</Copy>
      {kcat !== null && <Copy text={kcat}>Copy kcat</Copy>}
    </>
  );
}

interface FoundProps extends Pick<PageProps, 'exists'> {
  readonly look: Look;
  readonly rows: Pick<FollowProps, 'keyOf' | 'selected' | 'onSelect' | 'onOpen'>;
  readonly onGoOn: (after: string) => void;
}

function Found({ look, rows, exists, onGoOn }: FoundProps) {
  const { topic } = look;
  const search = useMessages(look);
  const { messages } = search;
  return (
    <>
      <p class="acts">
        <Progress search={search} look={look} onGoOn={onGoOn} />
        <span class="grow" />
        <button
          type="button"
          class="small"
          onClick={() => save(`${topic}.csv`, 'text/csv', csvOf(csvRows(topic, messages)))}
        >
          CSV
        </button>
        <Copies look={look} />
      </p>
      {search.error && <Failed error={search.error} again={search.again} />}
      {messages.length > 0 ? (
        <div class="messages-list">
          <List label={`Messages of ${topic}`} rows={messages} columns={columnsOf(topic, exists)} {...rows} />
        </div>
      ) : (
        <None search={search} look={look} />
      )}
    </>
  );
}

/** @param when as of which the fate is, if not now */
const columnsOf = (topic: string, exists: PageProps['exists'], when = ''): readonly ListColumn<Message>[] => [
  { name: 'Time (UTC)', width: '156px', show: ({ timestamp }) => (timestamp ? <Time at={timestamp} /> : UNKNOWN) },
  {
    name: 'Place',
    width: '100px',
    show: ({ partition, offset }) => (
      <a href={linkTo(PATH, [topic, partition, offset])}>
        {partition}/{offset}
      </a>
    ),
  },
  { name: 'Key', width: '96px', show: ({ key }) => <code class="plain">{shownOf(key)}</code> },
  {
    name: 'Value',
    show: ({ value, packedIn }) =>
      value ? (
        <code class="plain">{shownOf(value)}</code>
      ) : (
        <i class="muted">{packedIn === null ? 'no value' : 'too large to be unpacked here'}</i>
      ),
  },
  {
    name: `What became of it${when}`,
    width: '38%',
    show: ({ fate, timestamp }) => <FateWords {...{ fate, topic, timestamp, exists }} />,
  },
];

interface ProgressProps {
  readonly search: Search;
  readonly look: Look;
  readonly onGoOn: (after: string) => void;
}

function Progress({ search: { progress, end, error, stop, again }, look, onGoOn }: ProgressProps) {
  const said = progress && sayProgress(progress);
  if (error) return <b role="status">{said ?? ''}</b>;
  if (end === null)
    return (
      <>
        <span role="status">{said ?? 'Asking Kafka …'}</span>
        <button type="button" class="small" onClick={stop}>
          Stop
        </button>
      </>
    );
  if (end === 'stopped-here')
    return (
      <>
        <b role="status">Stopped: {said ?? 'before it began'}</b>
        <button type="button" class="small" onClick={again}>
          Look again
        </button>
      </>
    );
  const { next } = end;
  const isBack = look.after ? look.after.startsWith('back') : look.from === 'newest';
  return (
    <>
      <b role="status">
        {end.ended === 'stopped' && 'Gave up after a minute: '}
        {said}
      </b>
      {next !== null && (
        <button type="button" class="small" onClick={() => onGoOn(next)}>
          {end.ended === 'stopped' ? 'Search on' : isBack ? 'Older' : 'Newer'}
        </button>
      )}
      <button type="button" class="small" onClick={again}>
        Refresh
      </button>
    </>
  );
}

/** A search that didn't come to the end never says that there is nothing. */
function None({ search: { end, error, progress }, look }: { search: Search; look: Look }) {
  if (error) return null;
  if (end === null) return <Asking>Searching …</Asking>;
  if (end === 'stopped-here' || end.ended === 'stopped')
    return <p class="state">Nothing was found so far; what was not scanned may have it.</p>;
  if ((progress?.of ?? 0) > 0 && look.filter !== '')
    return (
      <p class="state">
        No record of {look.topic} meets the filter, of all {sayProgress(end.progress)}.
      </p>
    );
  return (
    <Nothing command="npx tillstream produce --count 1000">
      There is no record of {look.topic} from there on. This sends some:
    </Nothing>
  );
}
