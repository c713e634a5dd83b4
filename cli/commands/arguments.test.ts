/** Mistakes in a command line are reported before a stack is needed. */
import { afterEach, expect, it, vi } from 'vitest';
import { run as deadLetters } from './dead-letters.ts';
import { run as doctor } from './doctor.ts';
import { run as redrive } from './redrive.ts';
import { readStart } from './replay.ts';
import { run as trace } from './trace.ts';

afterEach(() => vi.unstubAllEnvs());

it.each(['toString', 'constructor', ''])('rejects the reason %j', async (reason) => {
  for (const command of [deadLetters, redrive])
    await expect(command(['--reason', reason])).rejects.toThrow(`There is no reason ${reason}.`);
});

it.each(['', 'a\0b', 'a\x1b[2Jb', 'half \ud83d'])('rejects the text %j', async (text) => {
  await expect(redrive(['1', '--by', text])).rejects.toThrow(/^--by: expected .*, got /);
  await expect(trace([text])).rejects.toThrow(/^id: expected .*, got /);
});

it('doctor takes no options', async () => {
  await expect(doctor(['--json'])).rejects.toThrow("Unknown option '--json'");
});

it.each([
  ['2025-12-11T08:00:00Z', '2025-12-11T08:00:00.000Z'],
  ['2025-12-11T08:00:00', '2025-12-11T08:00:00.000Z'],
  ['2025-12-11T08:00+05:30', '2025-12-11T02:30:00.000Z'],
  ['2025-12-11', '2025-12-11T00:00:00.000Z'],
])('replays from %s, whatever the time zone of this machine', (time, instant) => {
  vi.stubEnv('TZ', 'America/New_York');
  expect(readStart(undefined, time)).toEqual({ time: new Date(instant) });
});

it.each(['2025-02-30T00:00:00Z', '2025-13-01', '2025-1-1', 'yesterday', ''])('rejects the time %j', (time) => {
  expect(() => readStart(undefined, time)).toThrow('--from-time: expected');
});
