import { expect, it } from 'vitest';
import { leadingTo, openerOf } from './open-link.ts';

it.each([
  ['darwin', {}, 'open'],
  ['linux', { DISPLAY: ':0' }, 'xdg-open'],
  ['linux', { WAYLAND_DISPLAY: 'wayland-0' }, 'xdg-open'],
  ['linux', { DISPLAY: '' }, undefined],
  ['linux', {}, undefined],
] as const)('on %s with %j it is opened by %s', (platform, env, opener) => {
  expect(openerOf(platform, env)).toBe(opener);
});

it('the file leads to the link, key and all', () => {
  expect(leadingTo('http://127.0.0.1:8004/#key=a-b_c')).toContain('content="0;url=http://127.0.0.1:8004/#key=a-b_c"');
});
