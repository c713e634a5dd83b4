/** Runs Ruff and sqlfluff; the first run installs them. */
import { spawnSync } from 'node:child_process';
import { installLint, type Linters } from '#localstack/install/lint.ts';
import { compiledPython } from '#localstack/install/pycache.ts';
import { sqlByDialect } from '#sql/dialects.ts';

const tasks = ['all', 'python', 'sql', 'format'] as const;
/** `format` formats Python instead, and applies the fixes that Ruff knows. */
export type LintTask = (typeof tasks)[number];

export const isLintTask = (text: string): text is LintTask => (tasks as readonly string[]).includes(text);

export interface Findings {
  readonly passed: boolean;
  /** Output of the linters that failed. */
  readonly output: string;
}

/** @param root the repository's root, with ruff.toml and .sqlfluff */
export async function lint(root: string, task: LintTask, installFolder: string): Promise<Findings> {
  const linters = await installLint({ installFolder, report: (progress) => console.log(`linters: ${progress}`) });
  const env = { ...process.env, ...compiledPython(installFolder) };
  // Runs each, so that all findings are reported at once.
  const results = commandsOf(root, task, linters).map(([program = '', ...args]) => {
    const { status, error, stdout, stderr } = spawnSync(program, args, { cwd: root, env, encoding: 'utf8' });
    if (error) throw error;
    return { passed: status === 0, output: stdout + stderr };
  });
  const failed = results.filter(({ passed }) => !passed);
  return { passed: failed.length === 0, output: failed.map(({ output }) => output).join('') };
}

function commandsOf(root: string, task: LintTask, { ruff, sqlfluff }: Linters): readonly (readonly string[])[] {
  const python = [
    [ruff, 'check', '--quiet', '--output-format', 'concise'],
    [ruff, 'format', '--check', '--quiet'],
  ];
  const { postgres, spark } = sqlByDialect(root);
  const lintSql = [sqlfluff, 'lint', '--disable-progress-bar'];
  const sql = [
    [...lintSql, ...postgres],
    [...lintSql, '--config', 'spark/steps.sqlfluff', ...spark],
  ];
  const format = [
    [ruff, 'check', '--fix', '--quiet'],
    [ruff, 'format', '--quiet'],
  ];
  return { all: [...python, ...sql], python, sql, format }[task];
}
