/**
 * Lints Python with Ruff, as ruff.toml says, and SQL with sqlfluff, as .sqlfluff says.
 *
 *   node tests/lint.ts             both
 *   node tests/lint.ts python      or sql: one of them
 *   node tests/lint.ts format      formats Python instead, and applies the fixes that Ruff knows
 */
import { installFolder, repositoryRoot } from '#adapters/repository.ts';
import { isLintTask, lint } from './support/linters.ts';

const [task = 'all', ...others] = process.argv.slice(2);
if (!isLintTask(task) || others.length > 0) {
  console.error(`Expected nothing, python, sql or format, got ${process.argv.slice(2).join(' ')}`);
  process.exit(2);
}

const { passed, output } = await lint(repositoryRoot, task, installFolder);
if (!passed) {
  console.error(output);
  console.error('Python or SQL breaks the rules of ruff.toml or .sqlfluff; npm run format fixes much of Python.');
  process.exitCode = 1;
}
