/**
 * A function that Lambda freezes must not keep its locks, so each transaction ends before the function's timeout. Only
 * `observed` computes that deadline; these rules find every handler, present or future, that goes around it.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';

const read = (path: string): string => readFileSync(new URL(`../${path}`, import.meta.url), 'utf8');

const sourcesIn = (folder: string): string[] =>
  readdirSync(new URL(`../${folder}/`, import.meta.url), { encoding: 'utf8', recursive: true })
    .filter((file) => file.endsWith('.ts') && !file.endsWith('.test.ts'))
    .map((file) => `${folder}/${file}`);

const sources = ['functions', 'lambda', 'delivery'].flatMap(sourcesIn);
const handlers = sources.filter((path) => /^functions\/[^/]+\/handler\.ts$/.test(path));

it('finds a handler for every function', () => {
  const functions = readdirSync(new URL('../functions/', import.meta.url));
  expect(handlers).toHaveLength(functions.length);
});

describe.each(handlers)('%s', (path) => {
  const source = read(path);
  const [, wrapper = 'none'] = /^export const handler = (\w+)\(/m.exec(source) ?? [];

  it('is made by a wrapper that computes the deadline', () => {
    expect(['observed', 'kafkaHandler', 'lakeHandler', 'tableHandler']).toContain(wrapper);
  });

  it('takes the deadline and passes it on', () => {
    // The other wrappers pass it on themselves.
    if (wrapper !== 'observed') return;
    const mentions = source.match(/\bdeadline\b/g) ?? [];
    expect(mentions.length, 'one mention takes it, another passes it on').toBeGreaterThan(1);
  });
});

describe.each(sources)('%s', (path) => {
  const source = read(path);

  it('leaves the remaining time to observability.ts', () => {
    expect(source.includes('getRemainingTimeInMillis')).toBe(path === 'lambda/observability.ts');
  });

  it('begins no transaction without a deadline', () => {
    const imported = [...source.matchAll(/import (?:type )?\{([^}]*)\}/g)].flatMap(([, names = '']) =>
      names.split(/[\s,]+/),
    );
    expect(imported).not.toContain('inTransaction');
    expect(source).not.toMatch(/query\(\s*["'`]\s*(begin|start transaction)\b/i);
    const calls = source.match(/\binTransactionUntil(?:<[^>]*>)?\(/g) ?? [];
    const limited = source.match(/\binTransactionUntil(?:<[^>]*>)?\(\s*[\w.]+,\s*deadline,/g) ?? [];
    expect(limited).toHaveLength(calls.length);
  });
});
