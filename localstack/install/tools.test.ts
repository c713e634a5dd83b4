import { expect, test } from 'vitest';
import { describeMissing, isSuitablePython, majorOf, parseJavaVersion } from './tools.ts';

test.each([
  ['openjdk version "17.0.15" 2025-04-15\nOpenJDK Runtime', 17],
  ['java version "1.8.0_392"', 1],
  ['openjdk version "21" 2023-09-19', 21],
])('the version in %j', (text, major) => {
  expect(majorOf(parseJavaVersion(text) ?? '')).toBe(major);
});

test('Python 3.11 and 3.12 are suitable, earlier and later ones are not', () => {
  const versions = ['3.10.13', '3.11.7', '3.12.1', '3.13.0', '3.1.2', '2.7.18'];
  expect(versions.filter(isSuitablePython)).toEqual(['3.11.7', '3.12.1']);
});

test('a missing tool is reported with the wanted version, the found one and how to get it', () => {
  const tool = { name: 'Java', wanted: '17 or later', found: '11.0.2', ok: false, remedy: 'Debian: this\nmacOS: that' };
  expect(describeMissing(tool)).toBe(
    'Java 17 or later is needed, and this machine has 11.0.2.\n  Debian: this\n  macOS: that',
  );
  expect(describeMissing({ ...tool, found: undefined })).toContain('this machine has none');
});
