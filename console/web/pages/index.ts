/** The pages that there are, in the order of the navigation. */
import { deadLetters } from './dead-letters.tsx';
import { messages } from './messages.tsx';
import { overview } from './overview.tsx';
import type { Page } from './page.ts';
import { streams } from './streams.tsx';

export const pages: readonly Page[] = [overview, streams, messages, deadLetters];
