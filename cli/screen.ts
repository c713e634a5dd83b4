/** Terminal output: progress lines during the start, then a status that updates itself. Works in a pipe too. */
import { inOneLine, visible } from './visible.ts';
import { rowsOf, wrap } from './wrap.ts';

export interface Screen {
  /** "  12.3 s  Kafka       ready" */
  progress(who: string, what: string): void;
  /**
   * Replaces itself on a terminal, in as many lines as its width demands; in a pipe a new line, at most one every few seconds.
   * What must be seen comes first.
   */
  live(facts: readonly string[]): void;
  print(text: string): void;
}

const PIPE_INTERVAL_MS = 5_000;
const BETWEEN = ' · ';

export function openScreen(stream: NodeJS.WriteStream): Screen {
  const began = performance.now();
  let shown: readonly string[] = [];
  let lastLive = Number.NEGATIVE_INFINITY;
  // The work goes on if the reader of a pipe closes it, as in `npm start -- --once 2>&1 | head`.
  stream.on('error', () => {});
  /** Leaves the cursor where the live lines began. The terminal may have become narrower since, and broken them itself. */
  const clear = () => {
    const up = shown.reduce((rows, line) => rows + rowsOf(line, stream.columns), 0) - 1;
    if (up >= 0) stream.write(`\r${up > 0 ? `\x1b[${up}A` : ''}\x1b[J`);
    shown = [];
  };
  const print = (text: string) => {
    clear();
    stream.write(`${visible(text)}\n`);
  };
  return {
    print,
    progress(who, what) {
      const seconds = ((performance.now() - began) / 1000).toFixed(1).padStart(6);
      print(`${seconds} s  ${who.padEnd(14)}${what}`);
    },
    live(given) {
      const facts = given.map(inOneLine);
      if (stream.isTTY) {
        clear();
        // The last column stays free: some terminals break the line when it is written, others at the next character.
        shown = wrap(facts, stream.columns ? stream.columns - 1 : Number.POSITIVE_INFINITY, BETWEEN);
        stream.write(shown.join('\n'));
      } else if (performance.now() - lastLive >= PIPE_INTERVAL_MS) {
        lastLive = performance.now();
        stream.write(`${facts.join(BETWEEN)}\n`);
      }
    },
  };
}
