/** One dead letter: what is wrong with it, the record, the letters like it, and what became of it. */
import { useEffect, useState } from 'preact/hooks';
import type { WholeLetter } from '#operations/letters/letter.ts';
import { live } from '../../client/live-store.ts';
import { usePicked } from '../../client/store.ts';
import { useAgain, useAnswer } from '../../client/use-answer.ts';
import { sayWhatBecame } from '../../view/letters.ts';
import { some } from '../../view/numbers.ts';
import { linkTo } from '../../view/route.ts';
import { Copy } from '../copy.tsx';
import { Asking, Failed, Old } from '../states.tsx';
import { Time } from '../time.tsx';
import { Bulk } from './bulk.tsx';
import { Edit } from './edit.tsx';
import { RecordValue } from './record.tsx';

export interface LetterProps {
  readonly id: string;
  readonly query: Readonly<Record<string, string>>;
  /** It was sent back, so the list says something else of it. */
  readonly onSent: () => void;
}

/** How often a letter on its way is asked what became of it. */
const ASK_AGAIN_MS = 2_000;

export function Letter({ id, query, onSent }: LetterProps) {
  const asked = useAnswer<WholeLetter>(`/api/dead-letters/${encodeURIComponent(id)}`);
  const { answer, error, again } = asked;
  const waits = answer?.data.redriven?.state === 'waiting';
  useAgain(asked, waits ? ASK_AGAIN_MS : null);
  // Once it has arrived, the list says so too.
  useEffect(() => (waits ? onSent : undefined), [waits]);
  const sent = () => {
    again();
    onSent();
  };
  return (
    <aside class="card letter" aria-label={`Dead letter ${id}`}>
      {!answer && !error && <Asking />}
      {error && !answer && <Failed error={error} again={again} />}
      {error && answer && <Old at={answer.at} why={error.message} />}
      {answer && <Shown letter={answer.data} query={query} onSent={sent} />}
    </aside>
  );
}

function Shown({ letter, query, onSent }: Omit<LetterProps, 'id'> & { letter: WholeLetter }) {
  const mayAct = usePicked(live, ({ session }) => session?.may.includes('act') ?? false);
  const [dialog, open] = useState<'edit' | 'send' | null>(null);
  const { id, topic, partition, offset, reason, meaning, message, problems, redriven, cameFrom, consumer } = letter;
  const canSend = mayAct && redriven === null;
  const isTooLarge = reason === 'too_large' || letter.value?.cut;
  return (
    <>
      <header>
        <h2>
          #{id} <span class="reason">{reason}</span>
        </h2>
        <a href={linkTo('dead-letters', [], query)} class="muted">
          close
        </a>
      </header>
      <p>{meaning}</p>
      <p class="muted">
        {topic} {partition}/{offset} · refused by {consumer} <Time at={letter.failedAt} /> UTC
        {cameFrom !== null && (
          <>
            {' '}
            · came back from <a href={linkTo('dead-letters', [cameFrom], query)}>#{cameFrom}</a>
          </>
        )}
      </p>
      <ul class="problems" aria-label="Problems">
        {problems.map(({ path, message: why }, at) => (
          <li key={at}>
            <b aria-hidden="true">✗</b> {path.length > 0 && <code>{path.join('.')}</code>} {why}
          </li>
        ))}
        {problems.length === 0 && <li>{message}</li>}
      </ul>
      <RecordValue letter={letter} key={id} />
      {letter.editedValue && (
        <details>
          <summary>Sent back as another value</summary>
          <pre>
            {'text' in letter.editedValue.shown ? letter.editedValue.shown.text : letter.editedValue.shown.base64}
          </pre>
        </details>
      )}
      {canSend && !isTooLarge && (
        <p class="acts">
          <button type="button" class="is-main" onClick={() => open('edit')}>
            Edit &amp; send
          </button>
          <button type="button" onClick={() => open('send')}>
            Send as it is
          </button>
        </p>
      )}
      {canSend && isTooLarge && (
        <p>
          Too large for this page: <code>npx tillstream redrive {id} --value FILE</code>{' '}
          <Copy text={`npx tillstream redrive ${id} --value FILE`} />
        </p>
      )}
      {redriven && (
        <p class="audit" role="status">
          <b>{redriven.by}</b> sent it back{redriven.edited && ', edited,'} <Time at={redriven.at} /> UTC. It{' '}
          {sayWhatBecame(redriven)}.{' '}
          {redriven.cameBackAs !== null && (
            <a href={linkTo('dead-letters', [redriven.cameBackAs], query)}>#{redriven.cameBackAs}</a>
          )}
        </p>
      )}
      <LikeIt letter={letter} />
      {dialog === 'edit' && <Edit letter={letter} onSent={onSent} onClose={() => open(null)} />}
      {dialog === 'send' && <Bulk chosen={{ ids: [id] }} onSent={onSent} onClose={() => open(null)} />}
    </>
  );
}

function LikeIt({ letter: { like, topic, reason } }: { letter: WholeLetter }) {
  if (like.letters < 2) return null;
  return (
    <section class="like" aria-label="Letters like it">
      <p>
        <a href={linkTo('dead-letters', [], { topic, reason })}>{some(like.letters, 'letters')} like it</a>,{' '}
        {like.unsent} not sent back, since <Time at={like.first} />
      </p>
      <ul>
        {like.messages.map(({ message, letters, id }) => (
          <li key={message}>
            <a href={linkTo('dead-letters', [id], { topic, reason })}>{message}</a> <b>{letters}</b>
          </li>
        ))}
      </ul>
    </section>
  );
}
