/** Every place that has an id, from Kafka to the tables, as `npx tillstream trace` has them. */
import { Fragment } from 'preact';
import type { Place } from '#operations/trace/place.ts';
import { useTrace } from '../client/use-trace.ts';
import { Copy } from '../parts/copy.tsx';
import { Failed, Nothing } from '../parts/states.tsx';
import { leadsOf, sayFact } from '../view/find.ts';
import { count } from '../view/numbers.ts';
import { command } from '../view/shell.ts';
import type { PageProps } from './page.ts';

export function Find({ route, exists }: PageProps) {
  const [id = ''] = route.rest;
  if (id === '')
    return (
      <section class="card" aria-label="Find">
        <h1>Find</h1>
        <Nothing>Write an id into the field above: of an order, a payment, an event or a product.</Nothing>
      </section>
    );
  return <Traced id={id} exists={exists} key={id} />;
}

function Traced({ id, exists }: { id: string; exists: PageProps['exists'] }) {
  const { places, progress, isStopped, error, stop, again } = useTrace(id);
  const isUnderWay = places === null && error === null && !isStopped;
  const read = progress && `${count(progress.read)} of ${count(progress.objects)} objects of the lake read`;
  return (
    <section class="card" aria-label="Find">
      <header>
        <h1>{id}</h1>
        <span class="acts">
          {isUnderWay ? (
            <button type="button" class="small" onClick={stop}>
              Stop
            </button>
          ) : (
            <button type="button" class="small" onClick={again}>
              Look again
            </button>
          )}
          <Copy text={command('npx tillstream trace', [id])}>Copy as CLI</Copy>
        </span>
      </header>
      <p class="muted" role="status">
        {isUnderWay && `Asking the server for every place that has it … ${read ?? ''}`}
        {isStopped && `You stopped it${read ? ` after ${read}` : ''}: it may be anywhere else.`}
        {places && places.length > 0 && `${count(places.length)} places have it, in the order of a record's way.`}
      </p>
      {error && <Failed error={error} again={again} />}
      {places?.length === 0 && (
        <Nothing>It is in no record that was consumed, no object of the lake, no row and no dead letter.</Nothing>
      )}
      <ol class="places">
        {places?.map((place, nth) => (
          <Found place={place} exists={exists} key={nth} />
        ))}
      </ol>
    </section>
  );
}

function Found({ place: { place, facts }, exists }: { place: Place; exists: PageProps['exists'] }) {
  return (
    <li>
      <h2>{place}</h2>{' '}
      {leadsOf(facts, exists).map(({ says, link }) => (
        <a href={link} key={link}>
          {says}
        </a>
      ))}
      <dl class="facts">
        {Object.entries(facts).map(([name, value]) => (
          <Fragment key={name}>
            <dt>{name}</dt>
            <dd>{sayFact(value)}</dd>
          </Fragment>
        ))}
      </dl>
    </li>
  );
}
