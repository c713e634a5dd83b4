import { globSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { inRepository, repositoryRoot } from '#adapters/repository.ts';
import { findCommand } from '#cli/find-command.ts';
import { operations as asked } from '#operations/asking/table.ts';
import { routes } from './routes.ts';

/** They tell about the server and who asks, not about the backbone. */
const OF_THE_SERVER = ['/api/session', '/api/live'];

/**
 * Of what only looks or reads, what is answered without an operation that can be asked where the backbone is (operations/asking/), and why
 * it is right in an environment in AWS all the same.
 */
const NOT_ASKED: Readonly<Record<string, string>> = {
  'GET /api/session': 'of the server',
  'GET /api/live': 'of the server, from its pulse',
  'GET /api/pulse': 'the server’s pulse, which asks readPulse and recallPulse',
  'GET /api/history': 'the server’s pulse, which remembers it',
  'GET /api/proving': 'of the server: a proof that it has asked for',
  'GET /api/questions': 'files of the server’s own version; each is asked by name',
  'GET /api/runs': 'a sentence: MWAA has no way in for the page',
  'GET /api/runs/:dag': 'a sentence, as above',
  'GET /api/runs/:dag/brought': 'a sentence, as above; what the ledger says of runs is broughtByRuns, which is asked',
  'GET /api/connect': 'a sentence: nobody but the backbone itself reaches its parts',
};

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

describe('an environment that is only asked', () => {
  const looking = routes.filter(({ right }) => right !== 'act');
  const nameOf = ({ method, path }: (typeof routes)[number]) => `${method} ${path}`;
  const answered = looking.filter((route) => !Object.hasOwn(NOT_ASKED, nameOf(route)));

  it('has no exception that is none', () => {
    const names = looking.filter(({ operation }) => !asked.has(operation?.name ?? '')).map(nameOf);
    expect(names.toSorted()).toEqual(Object.keys(NOT_ASKED).toSorted());
  });

  it.each(answered.map((route) => [nameOf(route), route] as const))('%s asks by its name', async (_, { operation }) => {
    const told = new Error('asked');
    const names: string[] = [];
    const backbone = {
      ask: (name: string) => {
        names.push(name);
        return Promise.reject(told);
      },
    };
    const begun = operation?.(...([backbone, { name: 'low_stock' }] as never[]));
    const isStream = Object(begun)[Symbol.asyncIterator] !== undefined;
    await expect(isStream ? (begun as AsyncIterator<unknown>).next() : begun).rejects.toBe(told);
    expect(names).toEqual([operation?.name]);
  });
});
