/** Names a new stream in the catalogue's file (domain/streams.ts). Pure. */
import type { Names } from './names.ts';

export const CATALOGUE = 'domain/streams.ts';

const IMPORT = /^import \{ \w+ \} from '\.\/streams\/([\w-]+)\.ts';\n/gm;
const LIST = /^(export const streams = \{\n(?: {2}\w+,\n)*)(\} as const satisfies Record<string, Stream>;)$/m;

/**
 * @param text of the file
 * @returns the text with the stream in it; undefined if it isn't written as this expects, and a person has to add it
 */
export function withStream(text: string, { constant, file }: Pick<Names, 'constant' | 'file'>): string | undefined {
  const imports = [...text.matchAll(IMPORT)];
  if (imports.length === 0 || !LIST.test(text)) return undefined;
  const line = `import { ${constant} } from './streams/${file}.ts';\n`;
  const before = imports.findLast(([, other = '']) => other < file);
  const at = before ? before.index + before[0].length : (imports[0]?.index ?? 0);
  const imported = text.slice(0, at) + line + text.slice(at);
  return imported.replace(LIST, (_, list: string, end: string) => `${list}  ${constant},\n${end}`);
}
