import { parseArgs } from 'node:util';
import { type Answer, ask, type Freshness, type Question, readQuestions } from '#operations/ask.ts';
import { withBackbone } from '../backbone.ts';
import { exit, UserError } from '../command.ts';
import { print } from '../print.ts';
import { table } from '../table.ts';

export const summary = 'Answer a question of the business, such as daily_revenue';

export const environments = true;

export const usage = `
Usage: npx tillstream ask [QUESTION] [--json]

Without QUESTION it lists the questions; each is a file in sql/analytics and a question in Metabase. They run as role
bi_reader, which cannot read raw tables. Days and hours are UTC; amounts of different currencies are never added.

Below an answer stands who fills its tables, and until when they are filled, if anything tells.

  --json     {"question", "asks", "source", "filled": [{"table", "by", "until"}], "columns": [{"name", "meaning"}], "rows": [{…}]};
             amounts are text, so that they stay exact
`;

export async function run(args: string[]): Promise<number> {
  const { values, positionals } = parseArgs({
    args,
    allowPositionals: true,
    options: { json: { type: 'boolean', default: false } },
  });
  const questions = await readQuestions();
  const [name, ...more] = positionals;
  if (more.length > 0) throw new UserError(`ask takes one question at a time, got ${positionals.join(' ')}`);
  if (name === undefined) {
    const listed = questions.map(({ name: question, asks }) => ({ question, asks }));
    const rows = listed.map(({ question, asks }) => [question, asks]);
    print(values.json ? JSON.stringify(listed) : table(['question', 'asks'], rows));
    return exit.ok;
  }
  const question = questions.find((each) => each.name === name.replaceAll('-', '_'));
  if (!question)
    throw new UserError(`There is no question ${name}. They are: ${questions.map((each) => each.name).join(', ')}`);

  const answer = await withBackbone((backbone) => ask(backbone, question));
  print(values.json ? JSON.stringify(toJson(question, answer)) : describe(question, answer));
  return exit.ok;
}

const toJson = ({ name, asks, source, columns }: Question, { rows, freshness }: Answer) => ({
  question: name,
  asks,
  source,
  filled: freshness,
  columns,
  rows: rows.map((row) => Object.fromEntries(row.map((cell, index) => [columns[index]?.name, cell]))),
});

function describe({ asks, source, columns }: Question, { rows, freshness }: Answer): string {
  const header = columns.map(({ name }) => name);
  const cells = rows.map((row) => row.map((cell) => (typeof cell === 'number' ? cell : String(cell ?? '-'))));
  const empty = freshness.some(({ until }) => until === null) ? 'There is no data yet.' : 'No rows.';
  return [asks, '', rows.length > 0 ? table(header, cells) : empty, '', source, describeFreshness(freshness)].join(
    '\n',
  );
}

/** A line for each table. */
export function describeFreshness(all: readonly Freshness[]): string {
  return all
    .map(({ table, by, until }) => {
      if (until === undefined) return `${table} is filled by ${by}.`;
      if (until === null) return `${table} is still empty. It is filled by ${by}.`;
      return `${table} is filled until ${until.toISOString().slice(0, 19)}Z, by ${by}.`;
    })
    .join('\n');
}
