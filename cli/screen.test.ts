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
