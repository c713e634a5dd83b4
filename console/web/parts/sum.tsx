/** In Kafka = took effect + repeats + dead letters + waiting + lost. */
import { live } from '../client/live-store.ts';
import { usePicked } from '../client/store.ts';
import { count } from '../view/numbers.ts';
import { barOf, partsOf } from '../view/sum.ts';
import { Time } from './time.tsx';

export function Sum() {
  const now = usePicked(live, ({ pulse }) => pulse?.books ?? null);
  const known = usePicked(live, (state) => state.known.books);
  const hasPulse = usePicked(live, ({ pulse }) => pulse !== null);
  const books = now ?? known?.value ?? null;
  const parts = partsOf(books);
  return (
    <div class={`sum ${now ? '' : 'is-old'}`}>
      <ul>
        <li>
          <b>{count(books?.offsets)}</b>
          <span>in Kafka</span>
        </li>
        {parts.map(({ name, means, kind, count: records }, at) => (
          <li key={kind} title={means}>
            <b>
              <i class="operator">{at === 0 ? '=' : '+'}</i> {count(records)}
            </b>
            <span>
              <i class={`dot part-${kind}`} />
              {name}
            </span>
          </li>
        ))}
      </ul>
      <svg class="bar" viewBox="0 0 1000 10" preserveAspectRatio="none" aria-hidden="true">
        {barOf(parts).map(({ kind, from, width }) => (
          <rect key={kind} class={`part-${kind}`} x={from} y="0" width={width} height="10" />
        ))}
      </svg>
      {hasPulse && !now && (
        <p class="muted">
          {known ? (
            <>
              Unknown now; this is as of <Time at={known.at} /> UTC.
            </>
          ) : (
            'Unknown while a service doesn’t answer.'
          )}
        </p>
      )}
    </div>
  );
}
