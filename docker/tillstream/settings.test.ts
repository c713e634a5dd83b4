import { describe, expect, it } from 'vitest';
import {
  composeVariables,
  consoleVariables,
  readConsoleSettings,
  readSettings,
  readSparkSettings,
  sparkVariables,
} from './settings.ts';

const KEY = '0123456789abcdef0123456789abcdef';
const sampleOf = (name: string): string =>
  name === 'CONSOLE_KEY' ? KEY : name.endsWith('_PORT') ? '5432' : `a ${name}`;
const all = Object.fromEntries(composeVariables.map((name) => [name, sampleOf(name)]));

describe('settings of the container spark', () => {
  it('need fewer variables, and each of them', () => {
    const given = Object.fromEntries(sparkVariables.map((name) => [name, name.endsWith('_PORT') ? '8998' : name]));
    expect(readSparkSettings(given)).toMatchObject({ port: 8998, home: 'TILLSTREAM_HOME' });
    expect(() => readSparkSettings({ ...given, AWS_ENDPOINT_URL_S3: '' })).toThrow('must set AWS_ENDPOINT_URL_S3');
  });
});

describe('settings of the container console', () => {
  const given = Object.fromEntries(consoleVariables.map((name) => [name, sampleOf(name)]));

  it('lead to the database as role console', () => {
    const { stack, key } = readConsoleSettings(given);
    expect(stack.postgres).toMatchObject({ user: 'console', password: 'a CONSOLE_PASSWORD' });
    expect(stack.lambda).toMatchObject({ endpoint: 'a AWS_ENDPOINT_URL', functionPrefix: 'tillstream-local' });
    expect(key).toBe(KEY);
  });

  it.each(['short', `${KEY.slice(1)}`, `${KEY} `, `${KEY}#`])('refuse the key %j', (key) => {
    expect(() => readConsoleSettings({ ...given, CONSOLE_KEY: key })).toThrow('CONSOLE_KEY must have at least 32');
    expect(() => readSettings({ ...all, CONSOLE_KEY: key })).toThrow('CONSOLE_KEY must have at least 32');
  });
});

describe('settings of the container tillstream', () => {
  it('names every variable that is missing or empty', () => {
    const { AWS_REGION: _, ...others } = all;
    expect(() => readSettings({ ...others, DATABASE_PASSWORD: '' })).toThrow(
      'docker-compose.yml must set DATABASE_PASSWORD, AWS_REGION for this container.',
    );
  });

  it('leaves the shop empty only if asked to, by a word that it knows', () => {
    for (const [word, isShopEmpty] of [
      ['yes', true],
      ['no', false],
      ['', false],
      [undefined, false],
    ] as const)
      expect(readSettings({ ...all, TILLSTREAM_EMPTY_SHOP: word })).toMatchObject({ isShopEmpty });
    expect(() => readSettings({ ...all, TILLSTREAM_EMPTY_SHOP: 'true' })).toThrow('expected yes or no, got "true"');
  });

  it('rejects an invalid port', () => {
    for (const port of ['kafka', '0', '65536', '1.5'])
      expect(() => readSettings({ ...all, METRICS_PORT: port })).toThrow(`METRICS_PORT is "${port}"`);
  });

  it('escapes the password in the connection string', () => {
    const { postgres } = readSettings({
      ...all,
      DATABASE_HOST: 'h',
      DATABASE_USER: 'u',
      DATABASE_PASSWORD: 'a/b@c',
      DATABASE_NAME: 'd',
    });
    expect(new URL(postgres.url)).toMatchObject({ username: 'u', password: 'a%2Fb%40c', pathname: '/d' });
  });
});
