import { configDefaults, defineConfig } from 'vitest/config';

/** Tests that stand beside the code and need no service. */
const besideCode = (name: string): string =>
  `{adapters,benchmarks,cli,delivery,docker,docs,domain,functions,lambda,localstack,metabase,simulator,sql}/**/${name}`;

/**
 * Unit tests, properties and templates stand beside the code and need nothing; the other projects run on the real
 * services. The table in CONTRIBUTING.md says which part is for what. The limits of time are for what hangs: several
 * times what the slowest takes, since a machine may be busy or its caches cold.
 */
export default defineConfig({
  test: {
    projects: [
      {
        test: {
          name: 'unit',
          include: [besideCode('*.test.ts')],
          exclude: [...configDefaults.exclude, '**/*.properties.test.ts'],
          testTimeout: 60_000,
          hookTimeout: 60_000,
          // Modules are loaded once for all files of a worker: loading takes longer than testing.
          pool: 'threads',
          isolate: false,
          unstubEnvs: true,
          unstubGlobals: true,
          restoreMocks: true,
        },
      },
      {
        test: {
          name: 'properties',
          include: [besideCode('*.properties.test.ts')],
          // Seconds of CPU, which a busy machine gives later.
          testTimeout: 180_000,
          hookTimeout: 180_000,
        },
      },
      {
        test: {
          name: 'cloud',
          include: ['cdk/**/*.test.ts'],
          testTimeout: 180_000,
          hookTimeout: 180_000,
          // Loading aws-cdk-lib takes seconds and each synthesis one: once for all files, in one worker.
          isolate: false,
          fileParallelism: false,
        },
      },
      {
        test: {
          name: 'integration',
          include: ['tests/integration/**/*.test.ts'],
          globalSetup: ['tests/stack.ts'],
          testTimeout: 300_000,
          hookTimeout: 300_000,
          fileParallelism: false,
        },
      },
      {
        test: {
          name: 'end-to-end',
          include: ['tests/end-to-end/**/*.test.ts'],
          testTimeout: 900_000,
          hookTimeout: 300_000,
          fileParallelism: false,
        },
      },
      {
        test: {
          name: 'faults',
          include: ['tests/faults/**/*.test.ts'],
          testTimeout: 600_000,
          hookTimeout: 300_000,
          fileParallelism: false,
        },
      },
    ],
  },
});
