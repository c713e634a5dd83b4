import { Writable } from 'node:stream';
import { expect, it } from 'vitest';
import { printBytes, printProgress } from './print.ts';

function screen(isTTY: boolean) {
  const chunks: Buffer[] = [];
  const stream = new Writable({ write: (chunk, _encoding, done) => done(void chunks.push(chunk)) });
  return { output: Object.assign(stream, { isTTY }), shown: () => Buffer.concat(chunks) };
}

it('writes a value byte for byte, but lets it command no terminal', () => {
  const value = '{"a":"\x1b]0;owned\x07"}';
  const [file, terminal] = [screen(false), screen(true)];
  for (const { output } of [file, terminal]) printBytes(Buffer.from(value), value, output);
  expect(file.shown()).toEqual(Buffer.from(value));
  expect(String(terminal.shown())).toBe(`${String.raw`{"a":"\u001b]0;owned\u0007"}`}\n`);
});

it('replaces a line of progress on a terminal, and prints none elsewhere', () => {
  const [file, terminal] = [screen(false), screen(true)];
  for (const { output } of [file, terminal]) printProgress('1 of 2\n', output);
  expect(String(file.shown())).toBe('');
  expect(String(terminal.shown())).toBe('\r\x1b[2K1 of 2\\n');
});
