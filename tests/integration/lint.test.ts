/** Ruff and sqlfluff find what CONTRIBUTING.md forbids, in each language and dialect. */
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { inRepository, installFolder } from '#adapters/repository.ts';
import { lint } from '../support/linters.ts';

const CONFIGURATION = ['ruff.toml', '.sqlfluff', 'sql/migrations/.sqlfluff', 'spark/steps.sqlfluff'];

/** The files of a repository without mistakes. */
const GOOD = {
  'airflow/dags/good.py': '"""Documented."""\n\nimport json\n\nprint(json.dumps({}))\n',
  'sql/analytics/good.sql': 'with orders as (\n  select * from warehouse.fact_orders\n)\n\nselect amount from orders\n',
  'sql/migrations/001_good.sql': 'create table good (\n  order_id  uuid  primary key\n);\n',
  'spark/jobs/good/job.json': '{ "steps": ["good.sql", "cast.sql"] }\n',
  'spark/jobs/good/good.sql': 'select cast(amount as string) as amount\nfrom orders\nleft semi join days using (day)\n',
};

/** A mistake for each file, and the name of its finding. */
const BAD: readonly (readonly [what: string, path: string, text: string, finding: string])[] = [
  ['an import that nobody uses', 'airflow/dags/unused.py', 'import json\n', 'F401'],
  ['a time without a zone', 'spark/zone.py', 'from datetime import datetime\n\nprint(datetime.now())\n', 'DTZ005'],
  ["Python that EMR's Spark does not have", 'spark/newer.py', 'match 1:\n    case _:\n        pass\n', 'Python 3.9'],
  ['Python that is not formatted', 'airflow/dags/spaces.py', "print( 'x' )\n", '--> airflow/dags/spaces.py'],
  ['an upper-case keyword', 'sql/quality/a/keyword.sql', 'SELECT 1 as one\n', 'CP01'],
  ['an upper-case keyword of a migration', 'sql/migrations/002_bad.sql', 'CREATE table bad (a integer);\n', 'CP01'],
  ['an upper-case type', 'sql/quality/a/type.sql', 'select a::TEXT as a from b\n', 'CP05'],
  ['a subquery instead of a CTE', 'sql/analytics/subquery.sql', 'select a from (select a from b) as c\n', 'ST05'],
  ['a CTE that nobody uses', 'sql/proof/unused.sql', 'with a as (\n  select 1 as b\n)\n\nselect 2 as c\n', 'ST03'],
  ['a space at the end of a line', 'sql/views/space.sql', 'select a \nfrom b\n', 'LT01'],
  ['a long line', 'sql/views/long.sql', `select a as ${'b'.repeat(120)}\nfrom c\n`, 'LT05'],
  [
    'SQL that PostgreSQL does not have',
    'sql/analytics/semi.sql',
    'select a from b left semi join c using (d)\n',
    'PRS',
  ],
  [
    'a cast that Spark does not have',
    'spark/jobs/good/cast.sql',
    'select amount::string as amount from orders\n',
    'CV11',
  ],
];

let root: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'tillstream-lint-'));
  for (const path of CONFIGURATION) cpSync(inRepository(path), join(root, path));
  for (const [path, text] of Object.entries(GOOD)) write(path, text);
});
afterEach(() => rmSync(root, { recursive: true }));

function write(path: string, text: string): void {
  mkdirSync(dirname(join(root, path)), { recursive: true });
  writeFileSync(join(root, path), text);
}

test('files without mistakes pass', async () => {
  expect(await lint(root, 'all', installFolder)).toEqual({ passed: true, output: '' });
});

test('each mistake is found, and nothing is reported for correct files', async () => {
  for (const [, path, text] of BAD) write(path, text);
  const { passed, output } = await lint(root, 'all', installFolder);
  expect(passed).toBe(false);
  // sqlfluff reports findings under the file's name, Ruff in lines that begin with it.
  const found = (path: string) => {
    const sections = output.split(/^(?=== )/m).filter((section) => section.startsWith(`== [${path}]`));
    const lines = output.split('\n').filter((line) => !line.startsWith('==') && line.includes(path));
    return [...sections, ...lines].join('\n');
  };
  for (const [what, path, , finding] of BAD) expect(found(path), what).toContain(finding);
  for (const path of Object.keys(GOOD)) expect(found(path)).toBe('');
});
