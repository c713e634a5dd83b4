/** The pages that there are, in the order of the navigation. */
import { overview } from './overview.tsx';
import type { Page } from './page.ts';

export const pages: readonly Page[] = [overview];
