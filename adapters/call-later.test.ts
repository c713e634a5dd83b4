import { afterEach, expect, it, vi } from 'vitest';
import { loadCaller, relayCaller } from './call-later.ts';

afterEach(() => vi.doUnmock('./invoke-later.ts'));

it.each([
  ['RELAY_FUNCTION', 'relay-outbox', relayCaller],
  ['LOAD_FUNCTION', 'load-orders', loadCaller],
])('what was committed does not fail, also if the call of %s cannot be loaded', async (variable, name, caller) => {
  const broken = vi.fn(() => {
    throw new Error('too many open files');
  });
  vi.stubEnv(variable, name);
  vi.resetModules();
  vi.doMock('./invoke-later.ts', broken);
  await caller()();
  expect(broken).toHaveBeenCalled();
});
