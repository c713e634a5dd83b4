/** Assigns each test file to a project of vitest.config.ts, by the file's folder and name. */

export interface ProjectFiles {
  readonly include: readonly string[];
  readonly exclude?: readonly string[];
}

const besideCode = (name: string): string =>
  `{adapters,benchmarks,cli,console,delivery,docker,docs,domain,functions,lambda,localstack,metabase,operations,simulator,sql,tests/runner}/**/${name}`;

export const projects = {
  unit: { include: [besideCode('*.test.ts')], exclude: ['**/*.properties.test.ts'] },
  properties: { include: [besideCode('*.properties.test.ts')] },
  cloud: { include: ['cdk/**/*.test.ts'] },
  integration: { include: ['tests/integration/**/*.test.ts'] },
  alone: { include: ['tests/alone/**/*.test.ts'] },
  dags: { include: ['tests/dags/**/*.test.ts'] },
  faults: { include: ['tests/faults/**/*.test.ts'] },
  'end-to-end': { include: ['tests/end-to-end/**/*.test.ts'] },
} as const satisfies Readonly<Record<string, ProjectFiles>>;

export type ProjectName = keyof typeof projects;
