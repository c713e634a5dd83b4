import { Writable } from 'node:stream';
import { expect, it } from 'vitest';
import { openScreen } from './screen.ts';

it('goes on when the reader of its pipe has gone', async () => {
  const gone = new Writable({ write: (_chunk, _encoding, done) => done(new Error('write EPIPE')) });
  const screen = openScreen(gone as NodeJS.WriteStream);
  screen.progress('Kafka', 'starting');
  await new Promise((closed) => gone.once('close', closed));
  expect(() => screen.print('ready')).not.toThrow();
});

it('shows what would command the terminal, in a line that updates itself too', () => {
  const said: string[] = [];
  const terminal = new Writable({ write: (chunk, _encoding, done) => done(void said.push(String(chunk))) });
  const screen = openScreen(Object.assign(terminal, { isTTY: false }) as unknown as NodeJS.WriteStream);
  screen.live(['NOT balanced: \x1b]0;owned\x07', 'second\nline']);
  screen.print('\x9b2J');
  expect(said).toEqual([
    `${String.raw`NOT balanced: \u001b]0;owned\u0007 · second\nline`}\n`,
    `${String.raw`\u009b2J`}\n`,
  ]);
});
