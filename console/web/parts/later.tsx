/** A page whose code is fetched when it is opened first, so that who looks at the Overview doesn't load all of them. */
import type { ComponentType } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import { AskError } from '../client/ask.ts';
import { Asking, Failed } from './states.tsx';

export function later<Props extends object>(load: () => Promise<ComponentType<Props>>): ComponentType<Props> {
  let loaded: ComponentType<Props> | undefined;
  return function Later(props: Props) {
    const [failed, setFailed] = useState(false);
    const [, drawAnew] = useState(0);
    const fetchIt = () => {
      setFailed(false);
      load().then(
        (page) => {
          loaded = page;
          drawAnew((times) => times + 1);
        },
        () => setFailed(true),
      );
    };
    useEffect(() => {
      if (!loaded) fetchIt();
    }, []);
    if (loaded) {
      const Loaded = loaded;
      return <Loaded {...props} />;
    }
    if (!failed) return <Asking>Loading the page …</Asking>;
    const error = new AskError({ code: 'unreachable', message: 'The page could not be loaded.' });
    return <Failed error={error} again={fetchIt} />;
  };
}
