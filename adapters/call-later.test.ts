import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { afterEach, expect, it, onTestFinished, vi } from 'vitest';
import { loadCaller, relayCaller } from './call-later.ts';

afterEach(() => vi.doUnmock('./invoke-later.ts'));

const callers = [
  ['RELAY_FUNCTION', 'relay-outbox', relayCaller],
  ['LOAD_FUNCTION', 'load-orders', loadCaller],
] as const;

it.each(callers)(
  'what was committed does not fail, also if the call of %s cannot be loaded',
  async (variable, name, caller) => {
    const broken = vi.fn(() => {
      throw new Error('too many open files');
    });
    const warn = vi.spyOn(process, 'emitWarning').mockReturnValue();
    vi.stubEnv(variable, name);
    vi.resetModules();
    vi.doMock('./invoke-later.ts', broken);
    await caller()();
    expect(broken).toHaveBeenCalled();
    expect(warn).toHaveBeenCalledExactlyOnceWith(expect.stringContaining(`${name} was not called`));
  },
);

it('a Lambda that never answers holds up the next batch for some seconds, and is told of', async () => {
  let connections = 0;
  const server = createServer(() => void connections++).listen(0, '127.0.0.1');
  onTestFinished(() => void server.close());
  await once(server, 'listening');
  const warn = vi.spyOn(process, 'emitWarning').mockReturnValue();
  vi.stubEnv('AWS_ENDPOINT_URL_LAMBDA', `http://127.0.0.1:${(server.address() as AddressInfo).port}`);
  for (const name of ['AWS_REGION', 'AWS_ACCESS_KEY_ID', 'AWS_SECRET_ACCESS_KEY']) vi.stubEnv(name, 'test');
  vi.stubEnv('RELAY_FUNCTION', 'relay-outbox');
  vi.resetModules();
  await import('./invoke-later.ts');
  const began = performance.now();
  await relayCaller()();
  expect(connections).toBe(2);
  // Three attempts of ten seconds, as of other services, would be longer than half of a consumer's time.
  expect(performance.now() - began).toBeLessThan(25_000);
  expect(warn).toHaveBeenCalledExactlyOnceWith(expect.stringContaining('relay-outbox was not called'));
});
