/** What wants a look: only what does, the worst first. */
import type { PlaceName, PlaceState, Pulse, SourceName } from '#operations/pulse.ts';
import { placeTitle } from './flow.ts';
import { utcTime } from './time.ts';

export interface Notice {
  readonly id: string;
  readonly state: PlaceState;
  readonly title: string;
  readonly text: string;
  /** The page that has more of it, if there is one, and what that shows. */
  readonly page?: string;
  readonly rest?: readonly string[];
}

const SOURCES: Readonly<Record<SourceName, string>> = {
  postgres: 'PostgreSQL',
  kafka: 'Kafka',
  lambda: 'Lambda',
  airflow: 'Airflow',
};

/** The server looks every second, at rest every five. */
const SILENT_AFTER_MS = 20_000;

/** @param isLive the page hears from its server, and nobody has paused it */
export function noticesOf({ at, sources, places }: Pulse, now: Date, isLive: boolean): readonly Notice[] {
  const silent: readonly Notice[] =
    isLive && now.getTime() - Date.parse(at) > SILENT_AFTER_MS
      ? [
          {
            id: 'silent',
            state: 'look',
            title: 'No new figures',
            text: `since ${utcTime(new Date(at), now)} UTC. What stands here is from then.`,
          },
        ]
      : [];

  const down = (Object.entries(sources) as [SourceName, Pulse['sources'][SourceName]][]).flatMap(([name, state]) =>
    state === 'ok'
      ? []
      : [
          {
            id: name,
            state: 'wrong' as const,
            title: `${SOURCES[name]} doesn’t answer`,
            text: `since ${utcTime(new Date(state.since), now)} UTC. ${state.why}`,
          },
        ],
  );
  // What is unknown because a service is down is told once, of the service.
  const odd = (Object.entries(places) as [PlaceName, Pulse['places'][PlaceName]][])
    .filter(([, { state }]) => state === 'look' || state === 'wrong')
    .map(([name, { state, why = '' }]) => ({ id: name, state, text: why, ...placeTitle(name) }));
  return [...silent, ...down, ...odd.filter(isWrong), ...odd.filter((each) => !isWrong(each))];
}

const isWrong = ({ state }: { readonly state: PlaceState }): boolean => state === 'wrong';
