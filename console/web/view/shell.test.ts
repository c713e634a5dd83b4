import { execFileSync } from 'node:child_process';
import { expect, it } from 'vitest';
import { asCommand as asLetters } from './letters.ts';
import { asCommand, asKcat, lookOf } from './messages.ts';
import { command } from './shell.ts';

const HOSTILE = [
  '1; echo taken',
  '$(echo taken)',
  '`echo taken`',
  "it's; echo taken",
  '"\necho taken\n"',
  '',
  '~',
  '*',
  '-x',
  '\\',
];

/** What a shell makes of a command's words. */
const wordsOf = (text: string): string[] =>
  execFileSync('sh', ['-c', `set -f; w() { for each; do printf '%s\\0' "$each"; done; }; w ${text}`], {
    encoding: 'utf8',
  })
    .split('\0')
    .slice(0, -1);

it.each(HOSTILE)('%j stays one word of each command that is copied', (hostile) => {
  const behind = hostile.startsWith('-') ? ['--'] : [];
  expect(wordsOf(command('trace', [hostile]))).toEqual(['trace', ...behind, hostile]);
  const look = { ...lookOf(hostile, {}), from: hostile, partition: hostile };
  expect(wordsOf(asCommand(look))).toContain(hostile);
  expect(wordsOf(asKcat(look) ?? '')).not.toContain('taken');
  if (hostile)
    expect(wordsOf(asLetters({ text: hostile, until: hostile })).filter((word) => word.endsWith(hostile))).toHaveLength(
      2,
    );
});
