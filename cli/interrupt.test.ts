import { EventEmitter } from 'node:events';
import { expect, it } from 'vitest';
import { onInterrupt } from './interrupt.ts';

const listeners = (of: EventEmitter) => of.listenerCount('SIGINT') + of.listenerCount('SIGTERM');

it('takes what the launcher hands on for the Ctrl-C of the terminal, and leaves a later one its usual effect', async () => {
  const terminal = new EventEmitter();
  const { signal } = onInterrupt(terminal, { same: 50 });
  expect(signal.aborted).toBe(false);
  terminal.emit('SIGINT');
  terminal.emit('SIGINT');
  expect(signal.aborted).toBe(true);
  expect(listeners(terminal)).toBe(2); // Without a listener the process would end.
  await expect.poll(() => listeners(terminal), { timeout: 30_000 }).toBe(0);
});

it('leaves no listener when the work is done', () => {
  const terminal = new EventEmitter();
  onInterrupt(terminal).off();
  expect(listeners(terminal)).toBe(0);
});
