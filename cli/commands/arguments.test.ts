/** What is wrong in a command line is said before anything is asked of a stack. */
import { afterEach, expect, it, vi } from 'vitest';
import { run as deadLetters } from './dead-letters.ts';
import { run as doctor } from './doctor.ts';
import { run as redrive } from './redrive.ts';
import { readStart } from './replay.ts';

afterEach(() => vi.unstubAllEnvs());

it.each(['toString', 'constructor', ''])('there is no reason %j', async (reason) => {
  for (const command of [deadLetters, redrive])
    await expect(command(['--reason', reason])).rejects.toThrow(`There is no reason ${reason}.`);
});

it('doctor takes no options', async () => {
  await expect(doctor(['--json'])).rejects.toThrow("Unknown option '--json'");
});

it.each([
  ['2025-12-11T08:00:00Z', '2025-12-11T08:00:00.000Z'],
  ['2025-12-11T08:00:00', '2025-12-11T08:00:00.000Z'],
  ['2025-12-11T08:00+05:30', '2025-12-11T02:30:00.000Z'],
  ['2025-12-11', '2025-12-11T00:00:00.000Z'],
])('replays from %s on, wherever this machine is', (time, instant) => {
  vi.stubEnv('TZ', 'America/New_York');
  expect(readStart(undefined, time)).toEqual({ time: new Date(instant) });
});

it.each(['2025-02-30T00:00:00Z', '2025-13-01', '2025-1-1', 'yesterday', ''])('does not replay from %j', (time) => {
  expect(() => readStart(undefined, time)).toThrow('--from-time: expected');
});
