/** The pages that there are, in the order of the navigation. All but the first are fetched when one of them is opened. */
import { later } from '../parts/later.tsx';
import { Unsent } from '../parts/unsent.tsx';
import { Overview } from './overview.tsx';
import type { Page } from './page.ts';

const other = (name: keyof typeof import('./others.ts')) => later(async () => (await import('./others.ts'))[name]);

export const pages: readonly Page[] = [
  { path: '', name: 'Overview', letter: 'o', needs: 'look', Show: Overview },
  { path: 'streams', name: 'Streams', letter: 's', needs: 'look', Show: other('Streams') },
  { path: 'messages', name: 'Messages', letter: 'm', needs: 'read', Show: other('Messages') },
  { path: 'dead-letters', name: 'Dead letters', letter: 'd', needs: 'read', Show: other('DeadLetters'), Badge: Unsent },
  // The field above every page leads here.
  { path: 'find', name: 'Find', letter: null, needs: 'read', Show: other('Find') },
];
