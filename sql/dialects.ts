/** Which .sql files PostgreSQL runs, and which Spark: the steps of its jobs. */
import { globSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

export interface SqlByDialect {
  readonly postgres: readonly string[];
  readonly spark: readonly string[];
}

/** Installed or built. */
const OTHERS = ['node_modules/**', '.tillstream/**', 'cdk.out/**', 'coverage/**'];

/**
 * @param root of the repository
 * @returns paths from there
 */
export function sqlByDialect(root: string): SqlByDialect {
  const steps = new Set(globSync('spark/jobs/*/job.json', { cwd: root }).flatMap((job) => stepsOf(root, job)));
  const files = globSync('**/*.sql', { cwd: root, exclude: OTHERS }).sort();
  return { postgres: files.filter((file) => !steps.has(file)), spark: files.filter((file) => steps.has(file)) };
}

/** A step is a file, or inputs that need the steps before it. */
function stepsOf(root: string, job: string): string[] {
  const { steps } = JSON.parse(readFileSync(join(root, job), 'utf8')) as { steps: readonly (string | object)[] };
  return steps.filter((step) => typeof step === 'string').map((step) => join(dirname(job), step));
}
