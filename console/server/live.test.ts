import { expect, it } from 'vitest';
import type { ProofNote } from '#operations/proofs.ts';
import type { Pulse } from '#operations/pulse.ts';
import { type LiveEvent, openLive, type Watch } from './live.ts';

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

/** A backbone that says what the test makes it say, as long as somebody listens. */
function news() {
  const said = { listening: 0, say: (_: number): void => {}, sayMuch: (_: number): void => {} };
  const watch: Watch = (say) => {
    said.listening += 1;
    said.say = (seconds) => say('proof', proof(seconds));
    const off = [{ name: 'x'.repeat(10_000) }] as unknown as ProofNote['off'];
    said.sayMuch = (seconds) => say('proof', { ...proof(seconds), off });
    return () => {
      said.listening -= 1;
    };
  };
  return { said, live: openLive(watch) };
}

const heard = (): { readonly list: LiveEvent[]; readonly hear: (event: LiveEvent) => void; seconds(): number[] } => {
  const list: LiveEvent[] = [];
  return {
    list,
    hear: (event) => list.push(event),
    seconds: () => list.map(({ data }) => (data as ProofNote).seconds),
  };
};

/** What who comes now gets of the past. */
const kept = (live: ReturnType<typeof openLive>): LiveEvent[] => {
  const { list, hear } = heard();
  live.listen(hear)();
  return list;
};

it('asks once for all who look, and not at all when nobody does', () => {
  const { said, live } = news();
  expect(said.listening).toBe(0);
  const [one, other] = [heard(), heard()];
  const stops = [live.listen(one.hear), live.listen(other.hear)];
  expect(said.listening).toBe(1);
  said.say(1);
  expect([one.seconds(), other.seconds()]).toEqual([[1], [1]]);
  stops[0]?.();
  said.say(2);
  expect([one.seconds(), other.seconds()]).toEqual([[1], [1, 2]]);
  stops[1]?.();
  expect(said.listening).toBe(0);
});

it('who comes later gets the newest at once', () => {
  const { said, live } = news();
  live.listen(() => {});
  said.say(1);
  said.say(2);
  const later = heard();
  live.listen(later.hear);
  expect(later.seconds()).toEqual([2]);
});

it('who comes back gets all that it missed, in order and once', () => {
  const { said, live } = news();
  live.listen(() => {});
  const page = heard();
  const stop = live.listen(page.hear);
  said.say(1);
  stop();
  said.say(2);
  said.say(3);
  live.listen(page.hear, page.list.at(-1)?.id);
  said.say(4);
  expect(page.seconds()).toEqual([1, 2, 3, 4]);
});

it('after another run of the server, whose ids it does not know, it sends the newest', () => {
  const { said, live } = news();
  live.listen(() => {});
  said.say(1);
  said.say(2);
  const page = heard();
  live.listen(page.hear, '0123456789ab-17');
  expect(page.seconds()).toEqual([2]);
});

it('what is old because nobody looked is not sent as if it were new', () => {
  const { said, live } = news();
  live.listen(() => {})();
  said.say(1);
  const page = heard();
  live.listen(page.hear);
  expect(page.seconds()).toEqual([]);
});

it('who missed more than it could take at once gets the newest', () => {
  const { said, live } = news();
  const page = heard();
  live.listen(() => {});
  live.listen(page.hear)();
  said.say(0);
  const [first] = kept(live);
  for (let second = 1; second <= 100; second += 1) said.sayMuch(second);
  live.listen(page.hear, first?.id);
  expect(page.seconds()).toEqual([100]);
});

it('knows of no sources while nobody listens: what it heard last may be wrong by now', () => {
  const sources = { postgres: 'ok', kafka: 'ok', lambda: 'ok', airflow: 'ok' } as const;
  const live = openLive((say) => {
    say('pulse', { sources } as Pulse);
    return () => {};
  });
  expect(live.sources()).toBe(null);
  const stop = live.listen(() => {});
  expect(live.sources()).toBe(sources);
  stop();
  expect(live.sources()).toBe(null);
});

it('keeps two minutes of events, however long it runs', () => {
  const { said, live } = news();
  const first = heard();
  live.listen(first.hear);
  for (let second = 1; second <= 1_000; second += 1) said.say(second);
  const page = heard();
  live.listen(page.hear, first.list[0]?.id);
  expect(page.seconds()).toEqual([1_000]);
  const recent = heard();
  live.listen(recent.hear, first.list[900]?.id);
  expect(recent.seconds()).toHaveLength(99);
});
