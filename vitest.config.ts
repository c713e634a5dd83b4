import { configDefaults, defineConfig } from 'vitest/config';
import { type ProjectFiles, type ProjectName, projects } from './tests/projects.ts';

const filesOf = (name: ProjectName) => {
  const { include, exclude = [] }: ProjectFiles = projects[name];
  return { name, include: [...include], exclude: [...configDefaults.exclude, ...exclude] };
};

/** Of both a test and a hook. For what hangs: several times what the slowest takes, since a machine may be busy. */
const within = (milliseconds: number) => ({ testTimeout: milliseconds, hookTimeout: milliseconds });

/** A worker loads modules once for all its files: loading takes longer than testing. */
const together = { isolate: false, unstubEnvs: true, unstubGlobals: true, restoreMocks: true };

/** What each project is for stands in CONTRIBUTING.md. */
export default defineConfig({
  test: {
    projects: [
      {
        test: { ...filesOf('unit'), ...within(60_000), ...together, pool: 'threads' },
      },
      { test: { ...filesOf('properties'), ...within(180_000), ...together } },
      {
        // Loading aws-cdk-lib takes seconds and each synthesis one: once for all files, in one worker.
        test: { ...filesOf('cloud'), ...within(180_000), isolate: false, fileParallelism: false },
      },
      {
        test: { ...filesOf('integration'), ...within(300_000), globalSetup: ['tests/stack.ts'], maxWorkers: 2 },
      },
      {
        test: { ...filesOf('alone'), ...within(300_000), globalSetup: ['tests/stack.ts'], fileParallelism: false },
      },
      { test: { ...filesOf('dags'), ...within(300_000) } },
      { test: { ...filesOf('faults'), ...within(600_000) } },
      { test: { ...filesOf('end-to-end'), ...within(900_000), hookTimeout: 300_000, fileParallelism: false } },
    ],
  },
});
