import { expect, test } from 'vitest';
import { initialSettings, settings } from './postgres.ts';

test('a database that outlives its run survives a power loss too, from its making on', () => {
  expect(initialSettings(true)).not.toContain('--no-sync');
  expect(settings(5432, true)).toContain('fsync=on');
});

test('one that goes with its run waits for no disk', () => {
  expect(initialSettings(false)).toContain('--no-sync');
  expect(settings(5432, false)).toContain('fsync=off');
});
