/** Says on top of every page that the server is gone, and when the page tries again. */
import { useEffect, useState } from 'preact/hooks';
import { tryNow } from '../client/live.ts';
import { live } from '../client/live-store.ts';
import { usePicked } from '../client/store.ts';
import { Time } from './time.tsx';

export function ConnectionBar() {
  const connection = usePicked(live, (state) => state.connection);
  if (connection.is !== 'lost') return null;
  return (
    <div class="connection-bar">
      <p role="alert">
        <b>The server doesn’t answer</b> since <Time at={new Date(connection.since).toISOString()} /> UTC. What stands
        here is from before.
      </p>
      <span class="muted">
        Next try <Countdown to={connection.again} />
      </span>
      <button type="button" class="small" onClick={tryNow}>
        Try now
      </button>
    </div>
  );
}

function Countdown({ to }: { to: number }) {
  const [seconds, setSeconds] = useState(0);
  useEffect(() => {
    const count = () => setSeconds(Math.max(0, Math.ceil((to - Date.now()) / 1000)));
    count();
    const timer = setInterval(count, 1000);
    // The tab that follows the server may be in the background, where browsers let timers wait.
    const due = setTimeout(tryNow, to - Date.now());
    return () => {
      clearInterval(timer);
      clearTimeout(due);
    };
  }, [to]);
  return <>{seconds === 0 ? 'now' : `in ${seconds} s`}</>;
}
