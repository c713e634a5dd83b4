/** Answers that come line by line, as soon as the server has each. */
import { AskError, type Asking, request } from './ask.ts';

/**
 * @param path of a route that answers with lines of JSON
 * @throws AskError if it is refused, or with what failed half-way
 */
export async function* askLines<Line extends object>(path: string, asking: Asking = {}): AsyncGenerator<Line> {
  const response = await request(path, asking);
  const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader();
  let rest = '';
  for (let piece = await reader?.read(); piece && !piece.done; piece = await reader?.read()) {
    const lines = (rest + piece.value).split('\n');
    rest = lines.pop() ?? '';
    for (const text of lines) {
      const line = JSON.parse(text) as Line | { readonly failed: string };
      if ('failed' in line) throw new AskError({ code: 'failed', message: line.failed });
      yield line;
    }
  }
}
