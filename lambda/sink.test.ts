import { describe, expect, it, vi } from 'vitest';
import { type Afterwards, relayAfter, takeAfter } from './sink.ts';

const none = { accepted: 0, duplicates: 0, rejected: 0, redelivered: 0 };

type Caller = (call: () => Promise<void>) => Afterwards;

async function callsAfter(caller: Caller, ...batches: Partial<typeof none>[]): Promise<number> {
  const call = vi.fn(async () => {});
  await caller(call)(batches.map((some) => ({ ...none, ...some })));
  return call.mock.calls.length;
}

describe.each([true, false])('the relay, where the consumer announces: %s', (announces) => {
  const relay: Caller = (call) => relayAfter(announces, call);

  it('is called for dead letters, once for all batches', async () => {
    expect(await callsAfter(relay, { duplicates: 1 }, { rejected: 1 }, { rejected: 2 })).toBe(1);
  });

  it('is called for a redelivery, whose first attempt may have crashed before the call', async () => {
    expect(await callsAfter(relay, { redelivered: 1 })).toBe(1);
  });

  it('is not called where nothing can wait', async () => {
    expect(await callsAfter(relay)).toBe(0);
    expect(await callsAfter(relay, { duplicates: 3 })).toBe(0);
  });

  it(`is ${announces ? '' : 'not '}called for accepted records`, async () => {
    expect(await callsAfter(relay, { accepted: 1 })).toBe(announces ? 1 : 0);
  });
});

describe('who takes objects from the lake', () => {
  it('is called for accepted records, once for all batches', async () => {
    expect(await callsAfter(takeAfter, { accepted: 2 }, { rejected: 1 }, { accepted: 1 })).toBe(1);
  });

  it('is called for a redelivery, whose first attempt may have crashed before the call', async () => {
    expect(await callsAfter(takeAfter, { redelivered: 1 })).toBe(1);
  });

  it('is not called where no object was written', async () => {
    expect(await callsAfter(takeAfter, { rejected: 3 })).toBe(0);
  });
});
