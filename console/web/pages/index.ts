/** The pages that there are, in the order of the navigation. All but the first are fetched when one of them is opened. */
import { later } from '../parts/later.tsx';
import { Unseen } from '../parts/unseen.tsx';
import { Overview } from './overview.tsx';
import type { Page } from './page.ts';

const other = (name: keyof typeof import('./others.ts')) => later(async () => (await import('./others.ts'))[name]);

export const pages: readonly Page[] = [
  { path: '', name: 'Overview', letter: 'o', needs: 'look', Show: Overview },
  { path: 'streams', name: 'Streams', letter: 's', needs: 'look', Show: other('Streams') },
  { path: 'messages', name: 'Messages', letter: 'm', needs: 'read', Show: other('Messages') },
  { path: 'dead-letters', name: 'Dead letters', letter: 'd', needs: 'read', Show: other('DeadLetters'), Badge: Unseen },
  { path: 'stock', name: 'Stock', letter: 'k', needs: 'look', Show: other('Stock') },
  { path: 'questions', name: 'Questions', letter: 'q', needs: 'look', Show: other('Questions') },
  { path: 'payments', name: 'Payments', letter: 'p', needs: 'look', Show: other('Payments') },
  { path: 'lake', name: 'Lake', letter: 'l', needs: 'look', Show: other('Lake') },
  { path: 'runs', name: 'Runs', letter: 'r', needs: 'look', Show: other('Runs') },
  { path: 'proof', name: 'Proof', letter: 'v', needs: 'look', Show: other('Proof') },
  { path: 'losses', name: 'Losses', letter: 'x', needs: 'look', Show: other('Losses') },
  { path: 'cost', name: 'Cost', letter: 'c', needs: 'look', Show: other('Cost') },
  { path: 'connect', name: 'Connect', letter: 'n', needs: 'look', Show: other('Connect') },
  // The field above every page leads here.
  { path: 'find', name: 'Find', letter: null, needs: 'read', Show: other('Find') },
];
