/** Sends one record, as a shop would, and leads to what becomes of it. */
import { useState } from 'preact/hooks';
import type { ProducedExample } from '#operations/connect/produce-example.ts';
import { AskError, ask } from '../../client/ask.ts';
import { linkTo } from '../../view/route.ts';
import { Copy } from '../copy.tsx';

type State =
  | { readonly is: 'ready' | 'sending' }
  | { readonly is: 'sent'; readonly sent: ProducedExample }
  | { readonly is: 'failed'; readonly why: string };

export function SendExample({ topic, exists }: { topic: string; exists: (path: string) => boolean }) {
  const [state, setState] = useState<State>({ is: 'ready' });
  const send = async () => {
    setState({ is: 'sending' });
    try {
      const { data } = await ask<ProducedExample>('/api/produce', { body: { topic } });
      setState({ is: 'sent', sent: data });
    } catch (error) {
      if (!(error instanceof AskError)) throw error;
      setState({ is: 'failed', why: error.message });
    }
  };
  return (
    <p class="acts">
      <button type="button" class="is-main" disabled={state.is === 'sending'} onClick={send}>
        Send one example record
      </button>
      <Copy text={`npx tillstream produce --example ${topic}`}>Copy as CLI</Copy>
      <span role="status">
        {state.is === 'sending' && 'Sending …'}
        {state.is === 'failed' && <b>It was not sent: {state.why}</b>}
        {state.is === 'sent' && <Sent sent={state.sent} exists={exists} />}
      </span>
    </p>
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
