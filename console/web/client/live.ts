/** Keeps the page in touch with its server: asks who it is, follows its live events, and comes back after an interruption. */
import type { LiveEvents, Proofs, Session } from '#console/api.ts';
import { lost } from '../view/connection.ts';
import { remember } from '../view/last-known.ts';
import { judgeLetters } from '../view/new-letters.ts';
import { heard } from '../view/past-proofs.ts';
import { eventReader, type ServerEvent } from '../view/server-events.ts';
import { ask, request } from './ask.ts';
import { type Live, live } from './live-store.ts';
import { seenLetters } from './seen-letters.ts';

/** How many proofs the page shows. */
export const PROOFS_SHOWN = 72;
/** The server sends something at least every 15 s: after this long without, the connection is half-open. */
const SILENCE_MS = 40_000;

/** How often a page asks a server that can't stream, and after how many times also for the proofs. */
const ASK_EVERY_MS = 5_000;
const PROOFS_EVERY = 6;
/** How often if no tab can be seen: each time is an invocation, and keeps the login alive. */
const ASK_HIDDEN_MS = 60_000;
/** Timers of two tabs don't tick as one. */
const SLACK_MS = 1_000;

/** What the tab that follows the server tells the others. */
type Told = Pick<Live, 'connection' | 'session' | 'pulse' | 'proofs' | 'proofsBefore' | 'ahead'>;
type Said = { readonly told: Partial<Told> } | { readonly asks: 'all' | 'try' | 'looks' };

/**
 * One tab follows the server and tells the others: browsers open six connections to it over all tabs, and a seventh tab would wait
 * without an end for its first answer.
 */
const tabs = new BroadcastChannel('tillstream');
let told: Partial<Told> = {};
let hurry = new AbortController();
let owesProofs = false;
/** A tab can be seen, maybe another one. */
const looks = new EventTarget();

/** Tries again at once, instead of waiting: somebody asked for it, or there is a new key. */
export function tryNow(): void {
  wake();
  tabs.postMessage({ asks: 'try' } satisfies Said);
}

function wake(): void {
  hurry.abort();
  hurry = new AbortController();
}

/** Runs as long as the page is open. */
export function stayInTouch(): void {
  tabs.onmessage = ({ data }: MessageEvent<Said>) => {
    if ('told' in data) take(data.told);
    else if (data.asks === 'looks') looks.dispatchEvent(new Event('looks'));
    else if (data.asks === 'try') wake();
    else if (told.connection) tabs.postMessage({ told } satisfies Said);
  };
  tabs.postMessage({ asks: 'all' } satisfies Said);
  setInterval(() => {
    const { session } = live.get();
    if (!document.hidden && session?.live === false) tabs.postMessage({ asks: 'looks' } satisfies Said);
  }, ASK_EVERY_MS);
  // Whoever closes the tab that follows hands it on to the next. Without locks, as over plain HTTP from elsewhere, each tab does.
  if (navigator.locks) void navigator.locks.request('tillstream-live', follow);
  else void follow();
}

async function follow(): Promise<never> {
  let lastId: string | undefined;
  for (let attempt = 1; ; attempt++) {
    try {
      const { live: streams = true } = await meet();
      for await (const event of streams ? events(lastId) : pulses()) {
        attempt = 0;
        lastId = event.id ?? lastId;
        hear(event);
      }
      throw new Error('The server closed the connection.');
    } catch {
      const { connection } = live.get();
      tell({ connection: connection.is === 'refused' ? connection : lost(connection, attempt, Date.now()) });
    }
    await waitUntilRetry();
  }
}

/** Who is there. What it proved lately may be unknown while PostgreSQL is gone: the events tell of that. */
async function meet(): Promise<Session> {
  const session = await ask<Session>('/api/session');
  tell({ connection: { is: 'live' }, session: session.data, ahead: Date.parse(session.at) - Date.now() });
  await askProofs();
  return session.data;
}

async function askProofs(): Promise<void> {
  owesProofs = false;
  try {
    const { data } = await ask<Proofs>(`/api/proofs?limit=${PROOFS_SHOWN}`);
    tell({ proofs: data.rows.toReversed(), proofsBefore: data.before });
  } catch {
    owesProofs = true;
  }
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

/** Of a server that can't stream, such as a Lambda: a pulse each time it is asked, and now and then the proofs. */
async function* pulses(): AsyncGenerator<ServerEvent> {
  for (let asked = 1; ; asked++) {
    const { data } = await ask<LiveEvents['pulse']>('/api/pulse');
    yield { name: 'pulse', data: JSON.stringify(data) };
    if (asked % PROOFS_EVERY === 0) await askProofs();
    await untilSomebodyLooks();
  }
}

/** This tab asks for all: while it is hidden, as soon as another looks, and now and then for the notice in the title. */
async function untilSomebodyLooks(): Promise<void> {
  const over = new AbortController();
  const { signal } = over;
  const soonest = Date.now() + ASK_EVERY_MS;
  await new Promise<void>((resolve) => {
    const look = (): void => void (Date.now() >= soonest - SLACK_MS && resolve());
    setTimeout(() => document.hidden || resolve(), ASK_EVERY_MS);
    const seldom = setTimeout(resolve, ASK_HIDDEN_MS);
    signal.addEventListener('abort', () => clearTimeout(seldom));
    document.addEventListener('visibilitychange', () => document.hidden || look(), { signal });
    looks.addEventListener('looks', look, { signal });
  });
  over.abort();
}

function hear({ name, data }: ServerEvent): void {
  if (name === 'pulse') {
    const pulse = JSON.parse(data) as LiveEvents['pulse'];
    tell({ pulse });
    if (owesProofs && pulse.sources.postgres === 'ok') void askProofs();
  }
  if (name === 'proof') {
    const { proofs, proofsBefore } = live.get();
    // Until they were asked for, what stands from before is unknown.
    if (proofs !== null) tell(heard({ proofs, proofsBefore }, JSON.parse(data), PROOFS_SHOWN));
  }
}

function tell(news: Partial<Told>): void {
  told = { ...told, ...news };
  take(news);
  tabs.postMessage({ told: news } satisfies Said);
}

/** A person may have paused this tab's figures. */
function take({ pulse, ...rest }: Partial<Told>): void {
  const { known, pausedAt } = live.get();
  // Another tab tells both at once.
  const session = rest.session ?? live.get().session;
  const judged = pulse && pausedAt === null && judgeLetters(pulse, seenLetters(session));
  live.change({ ...rest, ...(judged && { pulse: judged, known: remember(known, judged) }) });
}

/** A page whose key is refused waits for a new key, not for time. */
async function waitUntilRetry(): Promise<void> {
  const { connection } = live.get();
  const { signal } = hurry;
  let timer: ReturnType<typeof setTimeout> | undefined;
  await new Promise<void>((resolve) => {
    signal.addEventListener('abort', () => resolve(), { once: true });
    if (connection.is === 'lost') timer = setTimeout(wake, connection.again - Date.now());
  });
  clearTimeout(timer);
}
