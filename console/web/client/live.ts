/** Keeps the page in touch with its server: asks who it is, follows its live events, and comes back after an interruption. */
import type { LiveEvents, Proofs, Session } from '#console/api.ts';
import { lost } from '../view/connection.ts';
import { remember } from '../view/last-known.ts';
import { eventReader, type ServerEvent } from '../view/server-events.ts';
import { ask, request } from './ask.ts';
import { live } from './live-store.ts';

/** How many proofs the page shows. */
export const PROOFS_SHOWN = 72;
/** The server sends something at least every 15 s: after this long without, the connection is half-open. */
const SILENCE_MS = 40_000;

let hurry = new AbortController();

/** Tries again at once, instead of waiting: somebody asked for it, or there is a new key. */
export function tryNow(): void {
  hurry.abort();
  hurry = new AbortController();
}

/** Runs as long as the page is open. */
export async function stayInTouch(): Promise<never> {
  let lastId: string | undefined;
  for (let attempt = 1; ; attempt++) {
    try {
      await meet();
      for await (const event of events(lastId)) {
        attempt = 0;
        lastId = event.id ?? lastId;
        take(event);
      }
      throw new Error('The server closed the connection.');
    } catch {
      const { connection } = live.get();
      if (connection.is !== 'refused') live.change({ connection: lost(connection, attempt, Date.now()) });
    }
    await waitUntilRetry();
  }
}

/** Who is there, and what it proved lately. */
async function meet(): Promise<void> {
  const [session, proofs] = await Promise.all([
    ask<Session>('/api/session'),
    ask<Proofs>(`/api/proofs?limit=${PROOFS_SHOWN}`),
  ]);
  live.change({
    connection: { is: 'live' },
    session: session.data,
    proofs: proofs.data.rows.toReversed(),
    ahead: Date.parse(session.at) - Date.now(),
  });
}

async function* events(lastId: string | undefined): AsyncGenerator<ServerEvent> {
  const silent = new AbortController();
  let timer = setTimeout(() => silent.abort(), SILENCE_MS);
  try {
    const headers = { accept: 'text/event-stream', ...(lastId !== undefined && { 'last-event-id': lastId }) };
    const { body } = await request('/api/live', { headers, signal: silent.signal });
    if (!body) return;
    const read = eventReader();
    const reader = body.pipeThrough(new TextDecoderStream()).getReader();
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return;
      clearTimeout(timer);
      timer = setTimeout(() => silent.abort(), SILENCE_MS);
      yield* read(value);
    }
  } finally {
    clearTimeout(timer);
    silent.abort();
  }
}

function take({ name, data }: ServerEvent): void {
  if (name === 'pulse') {
    const pulse = JSON.parse(data) as LiveEvents['pulse'];
    const { known, pausedAt } = live.get();
    if (pausedAt === null) live.change({ pulse, known: remember(known, pulse) });
  }
  if (name === 'proof') {
    const proof = JSON.parse(data) as LiveEvents['proof'];
    const others = (live.get().proofs ?? []).filter(({ provedAt }) => provedAt !== proof.provedAt);
    live.change({ proofs: [...others, proof].slice(-PROOFS_SHOWN) });
  }
}

/** A page whose key is refused waits for a new key, not for time. */
async function waitUntilRetry(): Promise<void> {
  const { connection } = live.get();
  const { signal } = hurry;
  await new Promise<void>((resolve) => {
    signal.addEventListener('abort', () => resolve(), { once: true });
    if (connection.is === 'lost') setTimeout(resolve, connection.again - Date.now());
  });
}
