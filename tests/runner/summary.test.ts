import { expect, test } from 'vitest';
import { type PartResult, summary } from './summary.ts';

const part = (name: string, changes: Partial<PartResult> = {}): PartResult => ({
  ...{ name, passed: 1, failed: 0, seconds: 1, cpuSeconds: 0.5, files: [] },
  ...changes,
});

test('shows where the time went and ends with a line that counts all tests', () => {
  const text = summary(
    [part('types', { seconds: 12.3, cpuSeconds: undefined }), part('unit', { passed: 640, failed: 2 })],
    13,
  );
  expect(text).toBe(
    [
      'part    wall    CPU  passed  failed',
      'types   12 s              1       0',
      'unit   1.0 s  0.5 s     640       2',
      'all     13 s  0.5 s     641       2',
      '',
      '641 passed, 2 failed',
    ].join('\n'),
  );
});

test('lists the ten slowest files of all parts, the slowest first', () => {
  const files = (prefix: string) =>
    Array.from({ length: 8 }, (_, n) => ({ file: `${prefix}${n}.test.ts`, seconds: prefix === 'a' ? n : n + 0.5 }));
  const text = summary([part('unit', { files: files('a') }), part('cloud', { files: files('b') })], 9);
  const listed = [...text.matchAll(/^(\w\d)\.test\.ts +\d/gm)].map(([, name]) => name);
  expect(listed).toEqual(['b7', 'a7', 'b6', 'a6', 'b5', 'a5', 'b4', 'a4', 'b3', 'a3']);
});
