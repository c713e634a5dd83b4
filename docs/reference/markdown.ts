/** Pieces of Markdown for the pages that are made from the code. */

/** The first line of a page that nobody edits by hand. */
const made = (command: string) =>
  `<!-- Made from the code by \`npm run ${command}\`; a test fails when it is out of date. -->`;

/** A table; a `|` or a line break in a cell would end it. */
export function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.map(cell).join(' | ')} |`;
  return [line(head), `|${head.map(() => '---').join('|')}|`, ...rows.map(line)].join('\n');
}

const cell = (text: string): string => text.replaceAll('|', '\\|').replaceAll(/\s*\n\s*/g, ' ');

export const code = (text: string): string => `\`${text}\``;

export const fenced = (language: string, text: string): string => `\`\`\`${language}\n${text.trim()}\n\`\`\``;

/** Paragraphs, with what each page begins with. */
export const page = (title: string, ...paragraphs: readonly string[]): string =>
  pageBy('docs:reference', title, ...paragraphs);

/** @param command the script of package.json that makes the page */
export const pageBy = (command: string, title: string, ...paragraphs: readonly string[]): string =>
  [made(command), `# ${title}`, ...paragraphs].join('\n\n').concat('\n');
