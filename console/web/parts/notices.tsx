/** What wants a look. Nothing stands here if nothing does. */
import { live } from '../client/live-store.ts';
import { usePicked } from '../client/store.ts';
import { useNow } from '../client/use-now.ts';
import { noticesOf } from '../view/notices.ts';
import { linkTo } from '../view/route.ts';
import { Mark } from './mark.tsx';

export function Notices({ exists }: { exists: (page: string) => boolean }) {
  const pulse = usePicked(live, (state) => state.pulse);
  const isLive = usePicked(live, ({ connection, pausedAt }) => connection.is === 'live' && pausedAt === null);
  const now = useNow();
  const notices = pulse ? noticesOf(pulse, new Date(now), isLive) : [];
  // It stays, so that what comes into it is read out.
  return (
    <div role="status" style={{ display: 'contents' }}>
      {notices.length > 0 && (
        <ul class="notices" aria-label="What wants a look">
          {notices.map(({ id, state, title, text, page, rest }) => {
            const said = (
              <>
                <Mark state={state} />
                <span>
                  <b>{title}</b> {text}
                </span>
              </>
            );
            return (
              <li key={id} class={`is-${state}`}>
                {page !== undefined && exists(page) ? <a href={linkTo(page, rest)}>{said}</a> : <p>{said}</p>}
              </li>
            );
          })}
        </ul>
      )}
    </div>
  );
}
