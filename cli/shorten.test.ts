import { expect, it } from 'vitest';
import { shorten } from './shorten.ts';

it('keeps what can be read, and the beginning and the end of each line that is too long', () => {
  const line = (length: number) => `begins ${'x'.repeat(length - 12)} ends`;
  expect(shorten(`${line(500)}\n\nshort`)).toBe(`${line(500)}\n\nshort`);
  const [first = '', second] = shorten(`${line(51_700)}\nthe reason`).split('\n');
  expect(first).toMatch(/^begins x{327} … 51,200 characters … x{161} ends$/);
  expect(second).toBe('the reason');
});
