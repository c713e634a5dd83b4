import { expect, it } from 'vitest';
import { type PlacePulse, type Pulse, placeNames } from '#operations/pulse.ts';
import { noticesOf } from './notices.ts';

const fine: PlacePulse = { count: 1, age: 1, p95: null, state: 'fine' };
const pulse: Pulse = {
  at: '2026-11-30T12:00:00Z',
  books: null,
  streams: {},
  places: Object.fromEntries(placeNames.map((name) => [name, fine])) as Pulse['places'],
  letters: {},
  unsent: 0,
  sources: { postgres: 'ok', kafka: 'ok', lambda: 'ok', airflow: 'ok' },
};
const now = new Date('2026-11-30T12:00:30Z');

it('says nothing if nothing wants a look', () => {
  expect(noticesOf(pulse, now, false)).toEqual([]);
  expect(noticesOf(pulse, new Date('2026-11-30T12:00:05Z'), true)).toEqual([]);
});

it('says what is down, and since when, before what is only odd', () => {
  const notices = noticesOf(
    {
      ...pulse,
      sources: { ...pulse.sources, airflow: { since: '2026-11-30T11:59:00Z', why: 'Port 8080 is closed.' } },
      places: {
        ...pulse.places,
        letters: { ...fine, state: 'look', why: '38 new' },
        gold: { ...fine, state: 'wrong', why: 'It failed.' },
        lake: { ...fine, state: 'unknown' },
      },
    },
    now,
    false,
  );
  expect(notices).toEqual([
    {
      id: 'airflow',
      state: 'wrong',
      title: 'Airflow doesn’t answer',
      text: 'since 11:59:00 UTC. Port 8080 is closed.',
    },
    { id: 'gold', state: 'wrong', title: 'Gold', text: 'It failed.' },
    { id: 'letters', state: 'look', title: 'Dead letters', text: '38 new', page: 'dead-letters' },
  ]);
});

it('says since when no figures came, unless somebody paused them or the server is gone', () => {
  expect(noticesOf(pulse, now, true)).toMatchObject([{ id: 'silent', text: expect.stringContaining('12:00:00') }]);
});
