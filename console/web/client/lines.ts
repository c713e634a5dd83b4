/** Answers that come line by line, as soon as the server has each. */
import { AskError, type Asking, broken, request } from './ask.ts';

/**
 * @param path of a route that answers with lines of JSON, of which the last has `ended`: without it, the answer has been cut
 * @throws AskError if it is refused, with what failed half-way, or if the server went
 */
export async function* askLines<Line extends object>(path: string, asking: Asking = {}): AsyncGenerator<Line> {
  const response = await request(path, asking);
  const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader();
  const read = () => reader?.read().catch((cause: unknown) => Promise.reject(broken(cause, asking.signal)));
  let rest = '';
  let ended = false;
  for (let piece = await read(); piece && !piece.done; piece = await read()) {
    const lines = (rest + piece.value).split('\n');
    rest = lines.pop() ?? '';
    for (const text of lines) {
      const line = JSON.parse(text) as Line | { readonly failed: string };
      if ('failed' in line) throw new AskError({ code: 'failed', message: line.failed });
      ended = 'ended' in line;
      yield line;
    }
  }
  if (!ended) throw broken(new Error('The answer has no last line.'), asking.signal);
}
