import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { inRepository, installFolder, installFolderOf, repositoryRoot, stackHome } from './repository.ts';

afterEach(() => vi.unstubAllEnvs());

describe('the repository', () => {
  it('is where package.json of the whole project is', () => {
    expect(JSON.parse(readFileSync(inRepository('package.json'), 'utf8')).name).toBe('tillstream');
  });

  it('is not used by what is bundled into a function', () => {
    const bundled = globSync('{delivery,domain,functions,lambda}/**/*.ts', { cwd: repositoryRoot });
    const code = bundled.filter((path) => !path.endsWith('.test.ts'));
    expect(code.length).toBeGreaterThan(50);
    const users = code.filter((path) => readFileSync(join(repositoryRoot, path), 'utf8').includes('repository.ts'));
    expect(users).toEqual([]);
  });
});

describe('the home of the local stack', () => {
  it('is in the repository unless TILLSTREAM_HOME names another', () => {
    vi.stubEnv('TILLSTREAM_HOME', undefined);
    expect(installFolderOf(stackHome())).toBe(installFolder);
    vi.stubEnv('TILLSTREAM_HOME', '/srv/tillstream');
    expect(stackHome()).toBe('/srv/tillstream');
  });
});
