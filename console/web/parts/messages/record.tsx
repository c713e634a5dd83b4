/** One record whole, and its way: every place with the time since the one before. */
import { useState } from 'preact/hooks';
import { reasons } from '#domain/dead-letters.ts';
import type { CutBytes } from '#operations/bytes.ts';
import { inSeconds, signs, wordsOf } from '#operations/records/fate-words.ts';
import type { Looked } from '#operations/records/record.ts';
import { useAnswer } from '../../client/use-answer.ts';
import { bytesOf, hexDump } from '../../view/hex.ts';
import { indentJson } from '../../view/indent-json.ts';
import { shownOf, textOf } from '../../view/messages.ts';
import { count, UNKNOWN } from '../../view/numbers.ts';
import { linkTo } from '../../view/route.ts';
import { command } from '../../view/shell.ts';
import { Copy } from '../copy.tsx';
import { Scrolled } from '../scrolled.tsx';
import { Asking, Failed, Old } from '../states.tsx';
import { Time } from '../time.tsx';
import { Said } from './fate.tsx';

export interface RecordProps {
  readonly topic: string;
  readonly partition: string;
  readonly offset: string;
  readonly exists: (path: string) => boolean;
}

export function Record({ topic, partition, offset, exists }: RecordProps) {
  const place = [topic, partition, offset].map(encodeURIComponent).join('/');
  const { answer, error, again } = useAnswer<Looked>(`/api/records/${place}`);
  const looked = answer?.data;
  const before = Number(offset) - 1;
  return (
    <section class="card record" aria-label="Record">
      <header>
        <h1>
          {topic} {partition}/{offset}
        </h1>
        <span class="acts">
          <a
            href={linkTo('messages', [topic], {
              from: Math.max(0, before - 10),
              partition,
              at: `${partition}/${offset}`,
            })}
          >
            its neighbours
          </a>
          <button type="button" class="small" onClick={again}>
            Refresh
          </button>
          <Copy text={command('npx tillstream record', [topic, partition, offset])}>Copy as CLI</Copy>
        </span>
      </header>
      {error && answer && <Old at={answer.at} why={error.message} />}
      {error && !answer && <Failed error={error} again={again} />}
      {!error && !looked && <Asking />}
      {looked && <Whole looked={looked} exists={exists} />}
    </section>
  );
}

function Whole({ looked, exists }: { looked: Looked; exists: RecordProps['exists'] }) {
  const { message, id, fate, kafka } = looked;
  return (
    <>
      <Way looked={looked} exists={exists} />
      <dl class="facts">
        <dt>Kafka got it</dt>
        <dd>{message?.timestamp ? <Time at={message.timestamp} /> : UNKNOWN}</dd>
        {id !== null && (
          <>
            <dt>Its id</dt>
            <dd>
              <code>{id}</code> <Copy text={command('npx tillstream trace', [id])}>Copy trace</Copy>
            </dd>
          </>
        )}
        {message?.key && (
          <>
            <dt>Key</dt>
            <dd>
              <code>{shownOf(message.key)}</code>
            </dd>
          </>
        )}
        {message?.headers.map(({ name, value }, index) => (
          <Header name={name} value={textOf(value)} key={index} />
        ))}
        {(message?.headersLeftOut ?? 0) > 0 && <Header name="…" value={`${message?.headersLeftOut} more`} />}
        {fate?.delivery !== undefined && (
          <>
            <dt>Delivery</dt>
            <dd>{fate.delivery}</dd>
          </>
        )}
      </dl>
      {message?.value && <Value value={message.value} />}
      {message && !message.value && (
        <p class="state">
          {message.packedIn === null
            ? 'It has no value.'
            : `It is in a batch of ${count(message.packedIn)} bytes, too large to be unpacked here.`}
        </p>
      )}
      {!message && (
        <p class="state">
          Kafka has no record here. Of this partition it has the offsets {count(kafka.earliest)} to{' '}
          {count(kafka.latest - 1)}.
        </p>
      )}
    </>
  );
}

const Header = ({ name, value }: { name: string; value: string }) => (
  <>
    <dt>Header {name}</dt>
    <dd>
      <code>{value}</code>
    </dd>
  </>
);

function Way({ looked: { topic, message, fate }, exists }: { looked: Looked; exists: RecordProps['exists'] }) {
  if (!fate) return <p class="state is-old">What became of it is unknown: PostgreSQL doesn’t answer.</p>;
  const start = message?.timestamp ?? null;
  let before = start;
  return (
    <ol class="way" aria-label="What became of it">
      {start !== null && (
        <li class="is-fine">
          <b>
            <span aria-hidden="true">{signs.fine} </span>Kafka
          </b>
          <span class="muted">
            <Time at={start} />
          </span>
        </li>
      )}
      {wordsOf(fate, { topic }, null).map((word, index) => {
        const step = fate.way[index];
        const at = step?.at ?? null;
        const since = at !== null && before !== null ? (Date.parse(at) - Date.parse(before)) / 1000 : null;
        if (at !== null) before = at;
        return (
          <li class={`is-${word.mark}`} key={word.text}>
            <b>
              <span aria-hidden="true">{signs[word.mark]} </span>
              <Said word={word} exists={exists} />
            </b>
            <span class="muted">
              {at !== null && <Time at={at} />}
              {since !== null && since >= 0 && `, ${inSeconds(since)} later`}
              {step && !step.done && 'not yet'}
            </span>
          </li>
        );
      })}
      {fate.letter && (
        <li class="note">
          {fate.letter.message} <span class="muted">({reasons[fate.letter.reason]})</span>
        </li>
      )}
    </ol>
  );
}

const VIEWS = ['JSON', 'text', 'hex'] as const;

function Value({ value: { shown, length, cut } }: { value: CutBytes }) {
  const [view, setView] = useState<(typeof VIEWS)[number]>('JSON');
  const text = textOf(shown);
  const said =
    view === 'hex' ? hexDump(bytesOf(shown), undefined, length) : view === 'JSON' && !cut ? laidOut(text) : text;
  return (
    <>
      <p class="acts">
        <fieldset class="views">
          <legend class="for-readers">Show the value as</legend>
          {VIEWS.map((each) => (
            <button type="button" class="small" aria-pressed={view === each} onClick={() => setView(each)} key={each}>
              {each}
            </button>
          ))}
        </fieldset>
        <span class="muted">
          {count(length)} bytes{cut && ', of which this is the beginning'}
        </span>
        <Copy text={text}>Copy</Copy>
      </p>
      <Scrolled label="Value">{said}</Scrolled>
    </>
  );
}

/** As it is, if it is no JSON. */
function laidOut(text: string): string {
  try {
    JSON.parse(text);
  } catch {
    return text;
  }
  return indentJson(text, []).text;
}
