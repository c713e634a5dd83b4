/** Which backbone this is, since when it runs, and what the page itself can be told. */
import { live, serverNow } from '../client/live-store.ts';
import { usePicked } from '../client/store.ts';
import { switchTheme, theme } from '../client/theme.ts';
import { Find } from './find.tsx';
import { Time } from './time.tsx';

/** @param finds whether this person may look for records */
export function TopBar({ finds }: { finds: boolean }) {
  const session = usePicked(live, (state) => state.session);
  const is = usePicked(theme, (state) => state.is);
  return (
    <header class="top">
      {session && <span class={`environment is-${session.environment}`}>{session.environment}</span>}
      {session?.startedAt && (
        <span class="muted since">
          since <Time at={session.startedAt} dated /> UTC
        </span>
      )}
      <span class="grow" />
      {finds && <Find />}
      <Pause />
      <button type="button" onClick={switchTheme}>
        {is === 'dark' ? 'Light' : 'Dark'}
      </button>
    </header>
  );
}

/** Figures that change can't be read out or compared: so a person can stop them. */
function Pause() {
  const connection = usePicked(live, (state) => state.connection.is);
  const pausedAt = usePicked(live, (state) => state.pausedAt);
  const paused = pausedAt !== null;
  const change = () => live.change({ pausedAt: paused ? null : serverNow() });
  return (
    <>
      <span class={`liveness is-${paused ? 'paused' : connection}`}>
        {paused ? (
          <>
            Paused at <Time at={new Date(pausedAt).toISOString()} />
          </>
        ) : (
          WORDS[connection]
        )}
      </span>
      <button type="button" onClick={change}>
        {paused ? 'Go on' : 'Pause'}
      </button>
    </>
  );
}

const WORDS = { asking: 'Connecting', live: 'Live', lost: 'Not connected', refused: 'Not connected' } as const;
