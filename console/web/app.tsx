/** What surrounds every page: the way to the others, whether the server is there, and the keys. */
import { useCallback, useEffect, useErrorBoundary, useMemo, useRef, useState } from 'preact/hooks';
import { useKeys } from './client/keys.ts';
import { live } from './client/live-store.ts';
import { go, useRoute } from './client/location.ts';
import { usePicked } from './client/store.ts';
import { pages } from './pages/index.ts';
import type { Page } from './pages/page.ts';
import { ConnectionBar } from './parts/connection-bar.tsx';
import { Keys } from './parts/keys.tsx';
import { Navigation } from './parts/navigation.tsx';
import { NewStart } from './parts/new-start.tsx';
import { TopBar } from './parts/top-bar.tsx';
import { Verdict } from './parts/verdict.tsx';
import { linkTo, type Route } from './view/route.ts';

export function App() {
  const route = useRoute();
  const refused = usePicked(live, ({ connection }) => connection.is === 'refused');
  const [showsKeys, setShowsKeys] = useState(false);
  // Nothing leads to a page that this person may not see.
  const may = usePicked(live, ({ session }) => session?.may);
  const allowed = useMemo(() => pages.filter(({ needs }) => may === undefined || may.includes(needs)), [may]);
  const inNavigation = useMemo(() => allowed.filter(({ letter }) => letter !== null), [allowed]);
  const main = useRef<HTMLElement>(null);
  useKeys({
    help: useCallback(() => setShowsKeys(true), []),
    go: useCallback(
      (letter) => {
        const page = allowed.find((each) => each.letter === letter);
        if (page) go(linkTo(page.path));
      },
      [allowed],
    ),
  });
  useFocusOfPage(main, route.page);

  const page = allowed.find(({ path }) => path === route.page);
  return (
    <>
      <Navigation pages={inNavigation} current={route.page}>
        <a class="skip" href={location.hash || '#/'} onClick={focusOn(main)}>
          To the content
        </a>
      </Navigation>
      <div class="body">
        <ConnectionBar />
        <TopBar finds={allowed.some(({ path }) => path === 'find')} />
        <main ref={main} tabIndex={-1}>
          {refused ? (
            <NewStart />
          ) : page ? (
            <Guarded page={page} route={route} key={page.path} />
          ) : (
            <NoSuchPage path={route.page} />
          )}
        </main>
      </div>
      <Verdict page={page?.name ?? 'No such page'} />
      {showsKeys && <Keys pages={inNavigation} onClose={() => setShowsKeys(false)} />}
    </>
  );
}

/** A page that fails says so, and leaves the way to the others. */
function Guarded({ page, route }: { page: Page; route: Route }) {
  const [error] = useErrorBoundary((thrown) => console.error(thrown));
  if (!(error instanceof Error)) return <page.Show route={route} exists={exists} />;
  return (
    <section class="card state is-failed" role="alert">
      <h1>This page failed</h1>
      <p>{error.message}</p>
      <button type="button" onClick={() => location.reload()}>
        Load it again
      </button>
    </section>
  );
}

const exists = (path: string): boolean => {
  const { session } = live.get();
  return pages.some((page) => page.path === path && (session?.may.includes(page.needs) ?? false));
};

/** The hash is the address of the page, so the way to the content can't be one. */
const focusOn = (main: { readonly current: HTMLElement | null }) => (event: Event) => {
  event.preventDefault();
  main.current?.focus();
};

/** Another page was opened: who reads with the keyboard goes on in it, at its beginning. */
function useFocusOfPage(main: { readonly current: HTMLElement | null }, page: string): void {
  const first = useRef(true);
  useEffect(() => {
    if (!first.current) {
      main.current?.focus({ preventScroll: true });
      scrollTo(0, 0);
    }
    first.current = false;
  }, [page]);
}

function NoSuchPage({ path }: { path: string }) {
  return (
    <section class="card state">
      <h1>No such page</h1>
      <p>
        There is no page “{path}”. <a href="#/">Go to the Overview</a>
      </p>
    </section>
  );
}
