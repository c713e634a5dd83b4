/** Terminal output: progress lines during the start, then one line that updates itself. Works in a pipe too. */

export interface Screen {
  /** "  12.3 s  Kafka       ready" */
  progress(who: string, what: string): void;
  /** Replaces itself on a terminal; in a pipe a new line, at most one every few seconds. */
  live(text: string): void;
  print(text: string): void;
}

const PIPE_INTERVAL_MS = 5_000;

export function openScreen(stream: NodeJS.WriteStream): Screen {
  const began = performance.now();
  let liveShown = false;
  let lastLive = Number.NEGATIVE_INFINITY;
  // The work goes on if the reader of a pipe closes it, as in `npm start -- --once 2>&1 | head`.
  stream.on('error', () => {});
  const print = (text: string) => {
    if (liveShown) stream.write('\r\x1b[2K');
    liveShown = false;
    stream.write(`${text}\n`);
  };
  return {
    print,
    progress(who, what) {
      const seconds = ((performance.now() - began) / 1000).toFixed(1).padStart(6);
      print(`${seconds} s  ${who.padEnd(14)}${what}`);
    },
    live(text) {
      if (stream.isTTY) {
        stream.write(`\r\x1b[2K${text.slice(0, stream.columns - 1)}`);
        liveShown = true;
      } else if (performance.now() - lastLive >= PIPE_INTERVAL_MS) {
        lastLive = performance.now();
        stream.write(`${text}\n`);
      }
    },
  };
}
