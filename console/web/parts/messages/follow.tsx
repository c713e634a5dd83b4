/** A topic's records as they come, the newest on top. Who reads one is not disturbed by the next: it stops, and goes on when told to. */
import type { ComponentChildren } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import type { Message } from '#operations/records/message.ts';
import { live } from '../../client/live-store.ts';
import { usePicked } from '../../client/store.ts';
import { useLiveMessages } from '../../client/use-live-messages.ts';
import { LIVE_ROWS, type Look } from '../../view/messages.ts';
import { count } from '../../view/numbers.ts';
import { duration } from '../../view/time.ts';
import type { ListColumn } from '../list.tsx';
import { List } from '../list.tsx';
import { Asking, Failed, Nothing, Old } from '../states.tsx';

export interface FollowProps {
  readonly look: Look;
  readonly columns: readonly ListColumn<Message>[];
  readonly selected: string | null;
  readonly keyOf: (message: Message) => string;
  readonly onSelect: (message: Message | null) => void;
  readonly onOpen: (message: Message) => void;
  /** Buttons beside those of its own. */
  readonly children: ComponentChildren;
}

export function Follow({ look, columns, selected, keyOf, onSelect, onOpen, children }: FollowProps) {
  const [isStopped, stop] = useState(false);
  const [isScrolled, setScrolled] = useState(false);
  /** Another list begins at its top. */
  const [nth, setNth] = useState(0);
  const isPausedAll = usePicked(live, ({ pausedAt }) => pausedAt !== null);
  const isReading = isScrolled || selected !== null;
  const isPaused = isStopped || isReading;
  const { messages, seen, at, error, left } = useLiveMessages(look, isPaused);
  // An address with a row that was read, as on the way back from it: there are no rows yet, so nobody reads.
  useEffect(() => {
    if (selected !== null) onSelect(null);
  }, []);
  const goOn = () => {
    stop(false);
    setScrolled(false);
    setNth(nth + 1);
    if (selected !== null) onSelect(null);
  };
  const isAsking = !isPausedAll && !isPaused;
  const shown = !isAsking ? 'Paused' : error ? 'Not live' : seen === null ? 'Asking Kafka …' : 'Live';
  return (
    <>
      <p class="acts">
        <b role="status">{shown}</b>
        {isReading && !isStopped && <span class="muted">while you read</span>}
        {seen && (
          <span class="muted">
            {count(seen.scanned)} came, {count(seen.found)} of them {look.filter === '' ? 'shown' : 'met the filter'}
            {seen.found > LIVE_ROWS && `; the newest ${LIVE_ROWS} are kept here`}
          </span>
        )}
        {isPaused ? (
          <button type="button" class="small" onClick={goOn}>
            Go on
          </button>
        ) : (
          <button type="button" class="small" onClick={() => stop(true)}>
            Pause
          </button>
        )}
        <span class="grow" />
        {children}
      </p>
      {left > 0 && (
        <p class="muted">{duration(left / 1000)} were not followed while it was paused: look from a time for them.</p>
      )}
      {error &&
        (messages.length > 0 && at !== null ? (
          <Old at={new Date(at).toISOString()} why={`${error.message} It is tried again.`} />
        ) : (
          <Failed error={error} />
        ))}
      {messages.length > 0 ? (
        <div class="messages-list">
          <List
            key={nth}
            label={`Messages of ${look.topic}, as they come`}
            {...{ rows: messages, columns, keyOf, selected, onSelect, onOpen }}
            onScrolled={setScrolled}
          />
        </div>
      ) : (
        !error && <None isFirst={seen === null} isAsking={isAsking} topic={look.topic} />
      )}
    </>
  );
}

function None({ isFirst, isAsking, topic }: { isFirst: boolean; isAsking: boolean; topic: string }) {
  if (isFirst && !isAsking) return <p class="state muted">Kafka was not asked yet.</p>;
  if (isFirst) return <Asking>Asking Kafka …</Asking>;
  return (
    <Nothing
      command={topic === 'orders' ? 'npx tillstream produce --example orders' : 'npx tillstream produce --count 100'}
    >
      Nothing has come since. This sends some:
    </Nothing>
  );
}
