import { Writable } from 'node:stream';
import { stripVTControlCharacters } from 'node:util';
import { expect, it } from 'vitest';
import type { Progress } from '#operations/progress.ts';
import { openScreen } from '../screen.ts';
import { legend, liveFacts, sayProof } from './live.ts';

const orders = { produced: 735_632, consumed: 735_632, rejected: 7_631, lag: 1_234 };
const progress: Progress = {
  streams: { orders },
  archived: 100_987,
  loaded: 100_000,
  waiting: 0,
  moved: 171_044,
  paid: 100_000,
  events: 353_257,
};

/** What a terminal of that width shows after these writes: enough of one for what the screen sends. */
function terminal(columns: number) {
  let rows = [''];
  let row = 0;
  const write = (text: string) => {
    for (const [piece, up] of text.matchAll(/\r|\n|\p{Cc}\[(\d+)A|\p{Cc}\[J|\P{Cc}+/gu)) {
      if (piece === '\n') row += 1;
      else if (up) row -= Number(up);
      else if (piece === '\x1b[J') rows = rows.slice(0, row);
      else if (piece !== '\r')
        for (let from = 0; from < piece.length; from += columns) {
          if (from > 0) row += 1;
          rows[row] = piece.slice(from, from + columns);
        }
    }
  };
  const stream = new Writable({
    write(chunk, _encoding, done) {
      write(String(chunk));
      done();
    },
  });
  return { stream: Object.assign(stream, { isTTY: true, columns }) as unknown as NodeJS.WriteStream, rows: () => rows };
}

it.each([20, 40, 80, 140])('shows the verdict first, and all of the rest, at %i columns', (columns) => {
  const { stream, rows } = terminal(columns);
  const screen = openScreen(stream);
  for (let round = 0; round < 3; round++) screen.live(liveFacts(progress, 'NOT BALANCED'));
  expect(rows()[0]).toMatch(/^proof NOT BALANCED/);
  expect(Math.max(...rows().map((row) => row.length))).toBeLessThanOrEqual(columns);
  expect(rows().join(' · ')).toBe(
    'proof NOT BALANCED · lag 1,234 · produced 735,632 · archived 100,987 · loaded 100,000 · moved 171,044 · paid 100,000 · events 353,257 · rejected 7,631',
  );
});

it('is one line on a terminal that does not know its width, or says 0', () => {
  for (const columns of [0, undefined]) {
    const written: string[] = [];
    const stream = new Writable({ write: (chunk, _encoding, done) => done(void written.push(String(chunk))) });
    openScreen(Object.assign(stream, { isTTY: true, columns }) as unknown as NodeJS.WriteStream).live(['a', 'b', 'c']);
    expect(written).toEqual(['a · b · c']);
  }
});

it('says what stands, and when the last proof was made', () => {
  const provedAt = new Date(2026, 0, 2, 3, 4, 5).toISOString();
  const at = (balanced: boolean | null) => ({ balanced, provedAt: balanced === null ? null : provedAt, off: [] });
  expect(sayProof(at(true), true)).toBe('balanced at 03:04:05');
  expect(sayProof(at(false), true)).toBe('NOT BALANCED at 03:04:05');
  expect([sayProof(at(null), true), sayProof(undefined, true)]).toEqual(['…', '…']);
  expect(sayProof(at(true), false)).toBe('FAILED');
});

it('gives way to what is printed', () => {
  const { stream, rows } = terminal(60);
  const screen = openScreen(stream);
  screen.live(liveFacts(progress, '…'));
  screen.print('an order\x1b[2J');
  screen.live(liveFacts(progress, '…'));
  expect(rows()[0]).toBe(String.raw`an order\u001b[2J`);
  expect(rows().filter((row) => row.includes('proof'))).toHaveLength(1);
});

it('is one line in a pipe', () => {
  const lines: string[] = [];
  const pipe = new Writable({ write: (chunk, _encoding, done) => done(void lines.push(String(chunk))) });
  openScreen(pipe as NodeJS.WriteStream).live(liveFacts(progress, 'NOT BALANCED'));
  expect(lines.map(stripVTControlCharacters)).toEqual(lines);
  expect(lines.join('')).toMatch(/^proof NOT BALANCED · lag 1,234 · .*rejected 7,631\n$/);
});

it('has a legend for each of its facts', () => {
  expect(Object.keys(legend)).toEqual(liveFacts(progress, '…').map((fact) => fact.split(' ')[0]));
});
