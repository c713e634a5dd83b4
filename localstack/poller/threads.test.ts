import { expect, test } from 'vitest';
import { type KeptThread, keepThread } from './threads.ts';

const BUSY = 'for (;;);';
const BROKEN = "throw new Error('bad record');";
const FULL = 'const all = []; for (;;) all.push({ n: all.length });';
const ANSWERS =
  "import { parentPort } from 'node:worker_threads'; parentPort.on('message', () => process.exit()); parentPort.postMessage('here');";

function thread(source: string, onMessage: () => void, onEnd: (reason: string) => void): KeptThread {
  const file = new URL(`data:text/javascript,${encodeURIComponent(source)}`);
  return keepThread({ file, memory: 16, grace: 100, onMessage, onEnd });
}

test('a thread that is busy for ever stops no other, and not its own end', async () => {
  const answered = Promise.withResolvers<void>();
  const busy = thread(BUSY, expect.fail, expect.fail);
  const other = thread(ANSWERS, answered.resolve, expect.fail);
  await answered.promise;
  await Promise.all([busy.stop(), other.stop()]);
});

test.each([
  ['throws', BROKEN, 'bad record'],
  ['fills its memory', FULL, 'memory limit'],
])('a thread that %s is replaced each time', async (_, source, why) => {
  const ends: string[] = [];
  const replaced = Promise.withResolvers<void>();
  const kept = thread(source, expect.fail, (reason) => {
    ends.push(reason);
    if (ends.length === 2) replaced.resolve();
  });
  await replaced.promise;
  await kept.stop();
  expect(ends).toEqual([expect.stringContaining(why), expect.stringContaining(why)]);
});
