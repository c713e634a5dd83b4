/** Sends one record, as a shop would, and leads to what becomes of it. */
import { useState } from 'preact/hooks';
import type { ProducedExample } from '#operations/connect/produce-example.ts';
import { AskError, ask } from '../../client/ask.ts';
import { isCertain } from '../../view/certain.ts';
import { linkTo } from '../../view/route.ts';
import { Copy } from '../copy.tsx';

type State =
  | { readonly is: 'ready' | 'sending' }
  | { readonly is: 'sent'; readonly sent: ProducedExample }
  | { readonly is: 'failed'; readonly error: AskError };

export function SendExample({ topic, exists }: { topic: string; exists: (path: string) => boolean }) {
  const [state, setState] = useState<State>({ is: 'ready' });
  const send = async () => {
    if (state.is === 'sending') return;
    setState({ is: 'sending' });
    try {
      const { data } = await ask<ProducedExample>('/api/produce', { body: { topic } });
      setState({ is: 'sent', sent: data });
    } catch (error) {
      if (!(error instanceof AskError)) throw error;
      setState({ is: 'failed', error });
    }
  };
  return (
    <p class="acts">
      <button type="button" class="is-main" aria-disabled={state.is === 'sending'} onClick={send}>
        Send one example record
      </button>
      <Copy text={`npx tillstream produce --example ${topic}`}>Copy as CLI</Copy>
      <span role="status">
        {state.is === 'sending' && 'Sending …'}
        {state.is === 'failed' && <NotSent error={state.error} topic={topic} exists={exists} />}
        {state.is === 'sent' && <Sent sent={state.sent} exists={exists} />}
      </span>
    </p>
  );
}

function NotSent({ error, topic, exists }: { error: AskError; topic: string; exists: (path: string) => boolean }) {
  if (isCertain(error)) return <b>It was not sent: {error.message}</b>;
  return (
    <b>
      Whether it was sent isn’t known: {error.message} Look at{' '}
      {exists('messages') ? <a href={linkTo('messages', [topic])}>the newest of {topic}</a> : `the newest of ${topic}`}{' '}
      before you send another.
    </b>
  );
}

function Sent({ sent, exists }: { sent: ProducedExample; exists: (path: string) => boolean }) {
  const { topic, partition, offset } = sent;
  const place = `${topic} ${partition}/${offset ?? '?'}`;
  if (offset === null || !exists('messages')) return <>Kafka has it: {place}</>;
  return (
    <>
      Kafka has it: <a href={linkTo('messages', [topic, partition, offset])}>{place}, and what becomes of it</a>
    </>
  );
}
