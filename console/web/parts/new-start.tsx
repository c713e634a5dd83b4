/** Instead of a page, if the server knows another key than this browser. */
import { key } from '../client/key.ts';
import { Nothing } from './states.tsx';

export function NewStart() {
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
