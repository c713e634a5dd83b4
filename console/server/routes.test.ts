import { globSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { inRepository, repositoryRoot } from '#adapters/repository.ts';
import { findCommand } from '#cli/find-command.ts';
import { routes } from './routes.ts';

/** They tell about the server and who asks, not about the backbone. */
const OF_THE_SERVER = ['/api/session', '/api/live'];

const files = globSync('operations/**/*.ts', { cwd: repositoryRoot, exclude: ['**/*.test.ts'] });
const modules = await Promise.all(files.map((file) => import(inRepository(file)) as Promise<object>));
const operations = new Set<unknown>(modules.flatMap((module) => Object.values(module)));

it('each place is asked by each method once', () => {
  const places = routes.map(({ method, path }) => `${method} ${path}`);
  expect(new Set(places).size).toBe(places.length);
  for (const { path } of routes) expect(path).toMatch(/^\/api(\/:?[a-z-]+)+$/);
});

it('what one may not use does not exist: no other route has its path', () => {
  const withoutActs = routes.filter(({ right }) => right !== 'act');
  const patterns = withoutActs.map(({ path }) => new URLPattern({ pathname: path }));
  for (const { path } of routes.filter(({ right }) => right === 'act'))
    expect(patterns.filter((pattern) => pattern.test({ pathname: path })).map(({ pathname }) => pathname)).toEqual([]);
});

describe.each(routes.map((route) => [`${route.method} ${route.path}`, route] as const))('%s', (_, route) => {
  const { method, path, right, operation, command } = route;

  it('stands on a function of operations/, which holds whatever is asked of the backbone', () => {
    if (OF_THE_SERVER.includes(path)) expect(operation).toBe(null);
    else expect(operations).toContain(operation);
  });

  it('changes nothing unless it is a POST and takes the right to act', () => {
    if (method === 'GET') expect(right).not.toBe('act');
  });

  it('if it changes something, a command does so by the same function', async () => {
    expect(command !== undefined).toBe(right === 'act');
    if (command === undefined || operation === null) return;
    expect(await findCommand(command)).toBeDefined();
    const source = readFileSync(inRepository(`cli/commands/${command}.ts`), 'utf8');
    // No `import type`, and no function of its own with that name.
    expect(source).toMatch(new RegExp(`import \\{([^}]*,)?\\s*${operation.name}\\b[^}]*\\} from '#operations/`));
  });
});
