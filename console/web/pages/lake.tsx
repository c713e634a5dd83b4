/** The lake: how many objects of which size it has by day and partition, what waits for its job, and what smaller ones cost. */
import type { LakeLook } from '#operations/lake/days.ts';
import type { ShownZone } from '#operations/lake/zones.ts';
import { live } from '../client/live-store.ts';
import { go } from '../client/location.ts';
import { usePicked } from '../client/store.ts';
import { useAgain, useAnswer } from '../client/use-answer.ts';
import { LakeMap } from '../parts/lake/map.tsx';
import { OneObject } from '../parts/lake/object.tsx';
import { Objects } from '../parts/lake/objects.tsx';
import { Asking, Failed, Nothing, Old } from '../parts/states.tsx';
import { Table } from '../parts/table.tsx';
import { count, dollars, figure } from '../view/numbers.ts';
import { linkTo } from '../view/route.ts';
import type { PageProps } from './page.ts';

const PATH = 'lake';
/** It adds up what the ledger has of these days, which is much to read. */
const REFRESH_MS = 120_000;

/** That of the orders. */
const FIRST_ZONE = 'raw';

const formats = { parquet: 'Parquet', json_lines: 'JSON lines' } as const;

/** "raw: orders, Parquet"; a stream of the shop's own is its zone's name. */
const wordsFor = ({ name, topic, format }: ShownZone): string =>
  `${name === topic ? '' : `${name}: `}${topic}, ${formats[format]}`;

export function Lake({ route, exists }: PageProps) {
  const zone = route.rest[0] ?? FIRST_ZONE;
  const { day, after, object } = route.query;
  const asked = useAnswer<LakeLook>(`/api/lake/${zone}${day ? `?${new URLSearchParams({ day })}` : ''}`);
  useAgain(asked, REFRESH_MS);
  const mayRead = usePicked(live, ({ session }) => session?.may.includes('read') ?? false);
  const { answer, error, again } = asked;
  return (
    <>
      <section class="card" aria-label="Lake">
        <header>
          <h1>Lake{day && ` on ${day}`}</h1>
          <label>
            <span class="for-readers">Zone </span>
            <select value={zone} onChange={({ currentTarget }) => go(linkTo(PATH, [currentTarget.value]))}>
              {answer ? (
                answer.data.zones.map((each) => (
                  <option key={each.name} value={each.name}>
                    {wordsFor(each)}
                  </option>
                ))
              ) : (
                <option value={zone}>{zone}</option>
              )}
            </select>
          </label>
          <label>
            <span class="for-readers">Day </span>
            <input
              type="date"
              value={day ?? ''}
              onChange={({ currentTarget: { value } }) => value && go(linkTo(PATH, [zone], { day: value }))}
            />
          </label>
          {day && <a href={linkTo(PATH, [zone])}>all days</a>}
        </header>
        {error && answer && <Old at={answer.at} why={error.message} />}
        {error && !answer && <Failed error={error} again={again} />}
        {!answer && !error && <Asking />}
        {answer?.data.cells.length === 0 && (
          <Nothing command="npx tillstream produce --count 1000">
            {day ? 'The lake has no objects of this day.' : 'The lake has no objects yet. This sends records:'}
          </Nothing>
        )}
        {answer && answer.data.cells.length > 0 && (
          <>
            <p class="muted">
              As the ledger has it. <Takes job={answer.data.job} exists={exists} />
            </p>
            <LakeMap look={answer.data} day={day} path={PATH} />
          </>
        )}
      </section>
      {day && (
        <section class="card" aria-label="Objects of the day">
          <header>
            <h2>Objects</h2>
          </header>
          <Objects
            {...{ zone, day, after, path: PATH }}
            chosen={object}
            onChoose={({ key }) => go(linkTo(PATH, [zone], { day, after, object: key }), true)}
          />
        </section>
      )}
      {object && mayRead && <OneObject key={object} zone={zone} object={object} />}
      {answer && !day && <Windows look={answer.data} />}
    </>
  );
}

function Takes({ job, exists }: { job: string | null; exists: PageProps['exists'] }) {
  if (job === null) return <>No job takes these objects from there.</>;
  return <>What waits is taken by {exists('runs') ? <a href={linkTo('runs', [job])}>{job}</a> : job}.</>;
}

function Windows({ look: { rate, windows } }: { look: LakeLook }) {
  const [configured] = windows;
  return (
    <section class="card" aria-label="Windows">
      <header>
        <h2>What its objects cost in AWS</h2>
        <span class="muted">at {figure(rate)} records a second, the rate of the last five minutes</span>
      </header>
      <Table
        label="Windows"
        rows={windows}
        keyOf={({ seconds }) => seconds}
        columns={[
          {
            ...{ name: 'Window', isHead: true },
            show: (window) => `${window.seconds} s${window === configured ? ', as configured there' : ''}`,
            csv: ({ seconds }) => seconds,
          },
          {
            ...{ name: 'Objects a day', isNumber: true },
            show: ({ objectsPerDay }) => count(objectsPerDay),
            csv: ({ objectsPerDay }) => Math.round(objectsPerDay),
          },
          {
            ...{ name: 'S3 requests a month', isNumber: true },
            show: ({ requests }) => dollars(requests),
            csv: ({ requests }) => requests,
          },
          {
            ...{ name: 'With functions and logs', isNumber: true },
            show: (window) => dollars(window.dollars),
            csv: (window) => window.dollars,
          },
        ]}
      />
    </section>
  );
}
