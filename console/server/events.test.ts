import { expect, it } from 'vitest';
import type { ProofNote } from '#operations/proofs.ts';
import { eventStream } from './events.ts';
import { openLive, type Watch } from './live.ts';

const proof = (seconds: number): ProofNote => ({
  ...{
    id: 1,
    provedAt: '2026-11-30T12:00:00.000Z',
    seconds,
    depth: 'objects',
    all: false,
    dags: false,
    balanced: true,
    checks: 96,
    off: [],
  },
});

function running() {
  const state = { listening: false, say: (_: ProofNote): void => {} };
  const watch: Watch = (news) => {
    state.listening = true;
    state.say = (note) => news('proof', note);
    return () => {
      state.listening = false;
    };
  };
  return { state, live: openLive(watch) };
}

const readerOf = (response: Response) => {
  const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader();
  if (!reader) throw new Error('Expected a stream');
  return reader;
};

it('sends each event with its id and name, and begins with a comment', async () => {
  const { state, live } = running();
  const response = eventStream(live, { signal: new AbortController().signal });
  expect(response.headers.get('content-type')).toBe('text/event-stream');
  const reader = readerOf(response);
  expect((await reader.read()).value).toBe(':\n\n');
  state.say(proof(3));
  const { value = '' } = await reader.read();
  const [id, name, data, ...rest] = value.split('\n');
  expect(id).toMatch(/^id: [0-9a-f]{12}-1$/);
  expect(name).toBe('event: proof');
  expect(JSON.parse(data?.replace('data: ', '') ?? '')).toEqual(proof(3));
  expect(rest).toEqual(['', '']);
  await reader.cancel();
});

it('says something also when nothing is new, so that a dead connection is noticed', async () => {
  const reader = readerOf(eventStream(running().live, { signal: new AbortController().signal, commentEvery: 5 }));
  for (let comments = 0; comments < 3; comments += 1) expect((await reader.read()).value).toBe(':\n\n');
  await reader.cancel();
});

it('stops listening when the page has gone, however it goes', async () => {
  const { state, live } = running();
  const gone = new AbortController();
  const first = eventStream(live, { signal: gone.signal });
  expect(state.listening).toBe(true);
  gone.abort();
  expect(state.listening).toBe(false);
  expect((await readerOf(first).read()).done).toBe(false); // What was sent before.

  const second = eventStream(live, { signal: new AbortController().signal });
  expect(state.listening).toBe(true);
  await second.body?.cancel();
  expect(state.listening).toBe(false);
});

it('ends the connection of a page that does not read, and keeps nothing for it', async () => {
  const { state, live } = running();
  const body = eventStream(live, { signal: new AbortController().signal }).body as ReadableStream<Uint8Array>;
  const large = { ...proof(1), off: [{ name: 'x'.repeat(100_000), expected: 0, actual: 1, where: [] }] };
  let said = 0;
  while (state.listening && said < 1_000) {
    state.say(large);
    said += 1;
  }
  expect(said).toBeLessThan(15);
  await expect(body.getReader().read()).rejects.toThrow('does not read');
});

it('a page for which the newest event alone is too much is refused at once, and leaves no listener', () => {
  const { state, live } = running();
  live.listen(() => {});
  state.say({ ...proof(1), off: [{ name: 'x'.repeat(2_000_000), expected: 0, actual: 1, where: [] }] });
  const listeners = { count: 0 };
  const counted = {
    ...live,
    listen: (...given: Parameters<typeof live.listen>) => {
      listeners.count += 1;
      const end = live.listen(...given);
      return () => {
        listeners.count -= 1;
        end();
      };
    },
  };
  eventStream(counted, { signal: new AbortController().signal });
  expect(listeners.count).toBe(0);
});

it('a page that comes back with too much to catch up on goes on from the newest', async () => {
  const { state, live } = running();
  const ids: string[] = [];
  live.listen(({ id }) => ids.push(id));
  const off = [{ name: 'x'.repeat(100_000), expected: 0, actual: 1, where: [] }];
  for (let said = 0; said < 20; said += 1) state.say({ ...proof(said), off });
  const gone = new AbortController();
  const reader = readerOf(eventStream(live, { after: ids[0] ?? '', signal: gone.signal }));
  gone.abort();
  let text = '';
  for (let piece = await reader.read(); !piece.done; piece = await reader.read()) text += piece.value;
  expect(text.match(/^id: .*/gm)).toEqual([`id: ${ids[19]}`]);
});
