/** How other programs reach the backbone: each service with its address and login, and programs that run as they stand. */
import type { Connecting } from '#console/api.ts';
import type { AskError } from '../client/ask.ts';
import { live } from '../client/live-store.ts';
import { go } from '../client/location.ts';
import { usePicked } from '../client/store.ts';
import { useAgain, useAnswer } from '../client/use-answer.ts';
import { useLogins } from '../client/use-logins.ts';
import { SendExample } from '../parts/connect/send-example.tsx';
import { Services } from '../parts/connect/services.tsx';
import { Copy } from '../parts/copy.tsx';
import { Scrolled } from '../parts/scrolled.tsx';
import { Asking, Failed, Nothing, Old } from '../parts/states.tsx';
import { linkTo } from '../view/route.ts';
import { command } from '../view/shell.ts';
import { topicsOf } from '../view/topics.ts';
import type { PageProps } from './page.ts';

const PATH = 'connect';
const REFRESH_MS = 10_000;

export function Connect({ route: { query }, exists }: PageProps) {
  const topic = query.topic ?? 'orders';
  const path = `/api/connect?${new URLSearchParams({ topic })}`;
  const asked = useAnswer<Connecting>(path);
  useAgain(asked, REFRESH_MS);
  const mayAct = usePicked(live, ({ session }) => session?.may.includes('act') ?? false);
  const { logins, error: refused, isShown, show } = useLogins(topic);
  const { answer, error } = asked;
  if (!answer && error?.code === NOWHERE) return <Nowhere error={error} />;
  const within = answer?.data.within;
  // The state is of the last look, the login of when it was asked for.
  const secrets = new Map(logins?.places.map(({ name, facts }) => [name, facts]));
  const places = answer?.data.places.map((place) => ({ ...place, facts: secrets.get(place.name) ?? place.facts }));
  return (
    <>
      <section class="card" aria-label="Services">
        <header>
          <h1>Connect</h1>
          {mayAct ? (
            <button type="button" class="small" aria-pressed={isShown} onClick={() => show(!isShown)}>
              {isShown ? 'Hide logins' : 'Show logins'}
            </button>
          ) : (
            <span class="muted">Logins are for who may act: with one, anything can be changed.</span>
          )}
        </header>
        {within && <p>These addresses hold within {within}: run what uses them there.</p>}
        {refused && <Failed error={refused} />}
        {error && answer && <Old at={answer.at} why={error.message} />}
        {error && !answer && <Failed error={error} again={asked.again} />}
        {!answer && !error && <Asking />}
        {places && <Services places={places} isHidden={logins === null} />}
      </section>
      <Programs key={topic} {...{ topic, path, query, exists, mayAct, logins }} />
    </>
  );
}

/** The server knows no place that other programs reach, so it has nothing to show and sends nothing. */
const NOWHERE = 'not_known';

const Nowhere = ({ error: { message, hint } }: { error: AskError }) => (
  <section class="card" aria-label="Services">
    <header>
      <h1>Connect</h1>
    </header>
    <Nothing>
      <b>{message}</b> {hint}
    </Nothing>
  </section>
);

interface ProgramsProps extends Pick<PageProps, 'exists'> {
  readonly topic: string;
  readonly path: string;
  readonly query: PageProps['route']['query'];
  readonly mayAct: boolean;
  readonly logins: Connecting | null;
}

/** They are asked for once, so that a text stays as it is while a person marks it. */
function Programs({ topic, path, query, exists, mayAct, logins }: ProgramsProps) {
  const read = usePicked(live, ({ pulse }) => Object.keys(pulse?.streams ?? {}).join());
  const { answer, error, again } = useAnswer<Connecting>(path);
  const topics = topicsOf(read.split(',').filter(Boolean), topic, []);
  const snippets = (logins ?? answer?.data)?.snippets ?? [];
  const chosen = snippets.find(({ client }) => client === query.client) ?? snippets[0];
  return (
    <section class="card" aria-label="Programs">
      <header>
        <h2>Programs that run as they stand</h2>
        <label>
          <span class="for-readers">Topic </span>
          <select
            value={topic}
            onChange={({ currentTarget: { value } }) => go(linkTo(PATH, [], { ...query, topic: value }))}
          >
            {topics.map((each) => (
              <option key={each} value={each}>
                {each}
              </option>
            ))}
          </select>
        </label>
      </header>
      {mayAct && answer && <SendExample {...{ topic, exists }} />}
      {error && !answer && <Failed error={error} again={again} />}
      {!answer && !error && <Asking />}
      {chosen && (
        <>
          <p class="acts">
            {snippets.map(({ client }) => (
              <a
                key={client}
                class="choice"
                href={linkTo(PATH, [], { ...query, client })}
                aria-current={client === chosen.client ? 'true' : undefined}
              >
                {client}
              </a>
            ))}
          </p>
          <p>
            {chosen.does}. <span class="muted">Needs: {chosen.needs}</span>
          </p>
          <p class="acts">
            <Copy text={chosen.text} />
            <Copy text={`${command('npx tillstream connect', [topic])} --client '${chosen.client}'`}>Copy as CLI</Copy>
            {chosen.text.includes('…') && <span class="muted">… stands for what “Show logins” shows.</span>}
          </p>
          <Scrolled label={`${chosen.client} for ${topic}`}>{chosen.text}</Scrolled>
        </>
      )}
    </section>
  );
}
