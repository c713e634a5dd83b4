import { describe, expect, it, vi } from 'vitest';
import { relayAfter } from './sink.ts';

const none = { accepted: 0, duplicates: 0, rejected: 0, redelivered: 0 };

async function callsAfter(announces: boolean, ...batches: Partial<typeof none>[]): Promise<number> {
  const callRelay = vi.fn(async () => {});
  const counts = batches.map((some) => ({ ...none, ...some }));
  await relayAfter(announces, callRelay)(counts);
  return callRelay.mock.calls.length;
}

describe.each([true, false])('the relay, where the consumer announces: %s', (announces) => {
  it('is called for dead letters, once for all batches', async () => {
    expect(await callsAfter(announces, { duplicates: 1 }, { rejected: 1 }, { rejected: 2 })).toBe(1);
  });

  it('is called for a redelivery, whose first attempt may have crashed before the call', async () => {
    expect(await callsAfter(announces, { redelivered: 1 })).toBe(1);
  });

  it('is not called where nothing can wait', async () => {
    expect(await callsAfter(announces)).toBe(0);
    expect(await callsAfter(announces, { duplicates: 3 })).toBe(0);
  });

  it(`is ${announces ? '' : 'not '}called for accepted records`, async () => {
    expect(await callsAfter(announces, { accepted: 1 })).toBe(announces ? 1 : 0);
  });
});
