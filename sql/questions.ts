/** Reads the questions of sql/analytics: a file each, whose head says what it asks, what its columns mean, and its sources. */
import { readSqlFiles, type SqlFile, sqlFolder } from './folder.ts';

export interface Question {
  /** The file's name without .sql, such as `daily_revenue`. */
  readonly name: string;
  /** One sentence with a question mark. */
  readonly asks: string;
  /** In the order of the result; a meaning includes the unit, if any. */
  readonly columns: readonly { readonly name: string; readonly meaning: string }[];
  /** The tables that it reads, and the period. */
  readonly source: string;
  /** One statement that the role bi_reader may run. */
  readonly sql: string;
}

/** In the order of their names. */
export async function readQuestions(): Promise<Question[]> {
  return (await readSqlFiles(sqlFolder('analytics'))).map(parseQuestion);
}

/**
 * The head is three paragraphs of comment: the question, a line `column: meaning` for each column, and `From …`.
 *
 * @throws if the head does not have this form
 */
function parseQuestion({ name, sql }: SqlFile): Question {
  const head = /^(--.*\n)+/.exec(sql)?.[0] ?? '';
  const paragraphs = head
    .replaceAll(/^-- ?/gm, '')
    .split('\n\n')
    .map((paragraph) => paragraph.trim());
  const [asks = '', columns = '', source = ''] = paragraphs;
  const meanings = columns.split('\n').map((line) => /^([a-z]\w*): (.+)$/.exec(line)?.slice(1) ?? []);
  const fits = asks.endsWith('?') && meanings.every((each) => each.length === 2) && source.startsWith('From ');
  if (paragraphs.length !== 3 || !fits)
    throw new Error(
      `${name}: expected it to begin with three paragraphs of comment (a question, "column: meaning" lines, and ` +
        `"From" where), got ${JSON.stringify(head)}`,
    );
  return {
    name: name.replace(/\.sql$/, ''),
    asks,
    columns: meanings.map(([column = '', meaning = '']) => ({ name: column, meaning })),
    source: source.replaceAll('\n', ' '),
    sql,
  };
}
