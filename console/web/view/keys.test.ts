import { expect, it } from 'vitest';
import { actionOf } from './keys.ts';

const press = { key: 'g', modified: false, typing: false, awaiting: false };

it('finds, helps, and goes where the letter after g says', () => {
  expect(actionOf({ ...press, key: '/' })).toEqual({ does: 'find' });
  expect(actionOf({ ...press, key: '?' })).toEqual({ does: 'help' });
  expect(actionOf(press)).toEqual({ does: 'await' });
  expect(actionOf({ ...press, key: 'd', awaiting: true })).toEqual({ does: 'go', letter: 'd' });
});

it('leaves to fields what is typed there, and to the browser what is its own', () => {
  for (const key of ['/', '?', 'g']) {
    expect(actionOf({ ...press, key, typing: true })).toEqual({ does: 'nothing' });
    expect(actionOf({ ...press, key, modified: true })).toEqual({ does: 'nothing' });
  }
});
