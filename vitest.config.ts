import { defineConfig } from 'vitest/config';

/**
 * Unit tests stand beside the code and need nothing; the other projects run on the real services (tests/README.md). The
 * limits of time are for what hangs: several times what the slowest takes, since a machine may be busy or its caches cold.
 */
export default defineConfig({
  test: {
    projects: [
      {
        test: {
          name: 'unit',
          // Property tests and templates take seconds of CPU, which a busy machine gives later.
          testTimeout: 180_000,
          hookTimeout: 180_000,
          include: [
            '{domain,adapters,delivery,lambda,functions,localstack,simulator,cli,cdk,sql,benchmarks,metabase,docker,docs}/**/*.test.ts',
          ],
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
