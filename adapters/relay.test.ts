import { afterEach, expect, it, vi } from 'vitest';
import { relayCaller } from './relay.ts';

afterEach(() => vi.doUnmock('./relay-call.ts'));

it('what was committed does not fail, also if the call of the relay cannot be loaded', async () => {
  const broken = vi.fn(() => {
    throw new Error('too many open files');
  });
  vi.stubEnv('RELAY_FUNCTION', 'relay-outbox');
  vi.doMock('./relay-call.ts', broken);
  await relayCaller()();
  expect(broken).toHaveBeenCalled();
});
