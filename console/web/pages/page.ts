/** What every page is, to the frame around it. */
import type { ComponentType } from 'preact';
import type { Right } from '#console/api.ts';
import type { Route } from '../view/route.ts';

export interface PageProps {
  readonly route: Route;
  /** Whether there is a page, and this person may see it: what leads to none is no link. */
  readonly exists: (path: string) => boolean;
}

export interface Page {
  /** In the address, after `#/`. */
  readonly path: string;
  readonly name: string;
  /** `g` and this letter go there; null if it isn't in the navigation, since other things lead to it. */
  readonly letter: string | null;
  /** Who may not do this doesn't see the page's link. */
  readonly needs: Right;
  readonly Show: ComponentType<PageProps>;
  /** What stands beside the name in the navigation, such as how many letters are new. */
  readonly Badge?: ComponentType;
}
