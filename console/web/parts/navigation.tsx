/** The way to the other pages. */
import type { ComponentChildren } from 'preact';
import { live } from '../client/live-store.ts';
import { usePicked } from '../client/store.ts';
import type { Page } from '../pages/page.ts';
import { linkTo } from '../view/route.ts';

export interface NavigationProps {
  readonly pages: readonly Page[];
  /** The path of the page that is open. */
  readonly current: string;
  /** Before all else. */
  readonly children: ComponentChildren;
}

export function Navigation({ pages, current, children }: NavigationProps) {
  const session = usePicked(live, (state) => state.session);
  return (
    <nav aria-label="Pages">
      {children}
      <p class="brand">
        <svg viewBox="0 0 24 24" aria-hidden="true">
          <path d="M2 8c4 0 4 4 8 4s4-4 8-4h4M2 15c4 0 4 4 8 4s4-4 8-4h4" />
        </svg>
        Tillstream
      </p>
      <ul>
        {pages.map(({ path, name, Badge }) => (
          <li key={path}>
            <a href={linkTo(path)} aria-current={path === current ? 'page' : undefined}>
              <span>{name}</span>
              {Badge && <Badge />}
            </a>
          </li>
        ))}
      </ul>
      <ul class="elsewhere" aria-label="Elsewhere">
        {Object.entries(session?.links ?? {}).map(([name, url]) => (
          <li key={name}>
            <a href={url} target="_blank" rel="noreferrer">
              {name} <span aria-hidden="true">↗</span>
            </a>
          </li>
        ))}
      </ul>
      {session && <p class="version muted">{session.version}</p>}
    </nav>
  );
}
