/** Instead of a page, if the server knows another key than this browser, if a login has ended, or if it may see nothing. */
import { key } from '../client/key.ts';
import { live } from '../client/live-store.ts';
import { usePicked } from '../client/store.ts';
import { Nothing } from './states.tsx';

export function NewStart() {
  const hasLogin = usePicked(live, ({ session }) => session?.byIsProved ?? false);
  const why = usePicked(live, ({ connection }) => (connection.is === 'refused' ? connection.why : undefined));
  if (why !== undefined) return <NotAllowed why={why} />;
  return hasLogin ? <LoginEnded /> : <OtherKey />;
}

function NotAllowed({ why }: { why: string }) {
  return (
    <section class="card state">
      <h1>This page is not open to you</h1>
      <p>{why}</p>
    </section>
  );
}

/** The load balancer leads to the login only who loads the page: an answer to a script can't. */
function LoginEnded() {
  return (
    <section class="card state">
      <h1>Your login has ended</h1>
      <p>Load the page again, which leads to the login and back.</p>
      <button type="button" onClick={() => location.reload()}>
        Load it again
      </button>
    </section>
  );
}

function OtherKey() {
  return (
    <section class="card">
      <h1>{key() === null ? 'This page needs its key' : 'npm start was started anew'}</h1>
      <Nothing command="npx tillstream console">
        Each start has a key of its own, and this browser has none, or that of an earlier one. Open the link that{' '}
        <code>npm start</code> printed, or let this command open it:
      </Nothing>
    </section>
  );
}
