/** The first page: whether all is there, what wants a look, and how everything flows. */
import { Headline } from '../parts/headline.tsx';
import type { Page } from './page.ts';

function Overview() {
  return <Headline />;
}

export const overview: Page = { path: '', name: 'Overview', letter: 'o', needs: 'look', Show: Overview };
