/** Records that Kafka's retention removed before they were consumed, and who has accepted that. */
import { useState } from 'preact/hooks';
import type { ListedLoss, Losses as LossRows } from '#console/api.ts';
import { live } from '../client/live-store.ts';
import { usePicked } from '../client/store.ts';
import { useAgain, useAnswer } from '../client/use-answer.ts';
import { Acknowledge } from '../parts/acknowledge.tsx';
import { Mark } from '../parts/mark.tsx';
import { Asking, Failed, Nothing, Old } from '../parts/states.tsx';
import { Table, type TableColumn } from '../parts/table.tsx';
import { Time } from '../parts/time.tsx';
import { count, some } from '../view/numbers.ts';
import { linkTo } from '../view/route.ts';
import type { PageProps } from './page.ts';

const COMMAND = 'npx tillstream losses';
const MOST = 500;
const AGAIN_EVERY_MS = 10_000;

export function Losses({ exists }: PageProps) {
  const asked = useAnswer<LossRows>(`/api/losses?limit=${MOST}`);
  useAgain(asked, AGAIN_EVERY_MS);
  const mayAct = usePicked(live, ({ session }) => session?.may.includes('act') ?? false);
  const [chosen, choose] = useState<readonly number[]>([]);
  const [acknowledges, setAcknowledges] = useState(false);
  const { answer, error, again } = asked;
  const { rows = [], counts } = answer?.data ?? {};
  const open = rows.filter(isOpen);
  const ids = open.map(({ id }) => id).filter((id) => chosen.includes(id));
  return (
    <section class="card" aria-label="Losses">
      <header>
        <h1>Losses</h1>
        <span class="muted">{counts ? sayHowMany(counts) : '?'}</span>
      </header>
      {answer === null && (error ? <Failed error={error} again={again} /> : <Asking />)}
      {answer && error && <Old at={answer.at} why={error.message} />}
      {answer && rows.length === 0 && (
        <Nothing>
          <b>No losses.</b> Offsets that Kafka’s retention removed before they were consumed would be here. Each
          unbalances the proof until somebody has accepted it.
        </Nothing>
      )}
      {rows.length > 0 && (
        <>
          {mayAct && open.length > 0 && (
            <p class="acts">
              <button type="button" class="is-main" disabled={ids.length === 0} onClick={() => setAcknowledges(true)}>
                Acknowledge {ids.length > 0 ? someLosses(ids.length) : '…'}
              </button>
              <button
                type="button"
                class="small"
                onClick={() => choose(ids.length === open.length ? [] : open.map(({ id }) => id))}
              >
                {ids.length === open.length ? 'Choose none' : 'Choose all that are open'}
              </button>
            </p>
          )}
          <Table
            label="losses"
            rows={rows}
            keyOf={({ id }) => id}
            columns={columnsOf(exists, mayAct && open.length > 0 ? { chosen, choose } : null)}
            command={COMMAND}
          />
          {counts && counts.losses > rows.length && (
            <p class="muted">
              {count(rows.length)} of them, those that are open first. <code>{COMMAND}</code> has all.
            </p>
          )}
        </>
      )}
      {acknowledges && <Acknowledge ids={ids} onDone={again} onClose={() => setAcknowledges(false)} />}
    </section>
  );
}

const isOpen = ({ acknowledged_at }: ListedLoss): boolean => acknowledged_at === null;

const someLosses = (number: number): string => `${count(number)} ${number === 1 ? 'loss' : 'losses'}`;

const sayHowMany = ({ losses, open, openRecords }: LossRows['counts']): string =>
  open === 0
    ? `${someLosses(losses)}, all accepted`
    : `${someLosses(losses)} · ${count(open)} not accepted: ${some(openRecords, 'records')}`;

interface Choice {
  readonly chosen: readonly number[];
  readonly choose: (ids: readonly number[]) => void;
}

function columnsOf(exists: PageProps['exists'], choice: Choice | null): readonly TableColumn<ListedLoss>[] {
  const box: TableColumn<ListedLoss> = {
    name: 'Choose',
    show: ({ id, acknowledged_at }) =>
      choice && acknowledged_at === null ? (
        <input
          type="checkbox"
          aria-label={`Choose loss ${id}`}
          checked={choice.chosen.includes(id)}
          onChange={({ currentTarget }) =>
            choice.choose(currentTarget.checked ? [...choice.chosen, id] : choice.chosen.filter((each) => each !== id))
          }
        />
      ) : null,
  };
  return [
    ...(choice ? [box] : []),
    { ...{ name: 'Id', isHead: true, isNumber: true }, show: ({ id }) => id, csv: ({ id }) => id },
    {
      name: 'State',
      show: (loss) => (
        <span class="nowrap">
          <Mark state={isOpen(loss) ? 'wrong' : 'fine'} /> {isOpen(loss) ? 'open' : 'accepted'}
        </span>
      ),
      csv: (loss) => (isOpen(loss) ? 'open' : 'accepted'),
    },
    {
      name: 'Partition',
      show: ({ topic, partition }) => (
        <>
          {exists('streams') ? <a href={linkTo('streams', [topic])}>{topic}</a> : topic} {partition}
        </>
      ),
      csv: ({ topic, partition }) => `${topic} ${partition}`,
    },
    {
      ...{ name: 'Offsets', isNumber: true },
      show: ({ first_offset, last_offset }) => `${first_offset}–${last_offset}`,
      csv: ({ first_offset, last_offset }) => `${first_offset}-${last_offset}`,
    },
    { ...{ name: 'Records', isNumber: true }, show: ({ records }) => count(records), csv: ({ records }) => records },
    { name: 'Consumer', show: ({ consumer }) => consumer, csv: ({ consumer }) => consumer },
    { name: 'Found', show: ({ noticed_at }) => <Time at={noticed_at} />, csv: ({ noticed_at }) => noticed_at },
    {
      name: 'Accepted',
      show: ({ acknowledged_at, acknowledged_by }) =>
        acknowledged_at === null ? (
          '–'
        ) : (
          <>
            {acknowledged_by}, <Time at={acknowledged_at} />
          </>
        ),
      csv: ({ acknowledged_at, acknowledged_by }) =>
        acknowledged_at === null ? '' : `${acknowledged_by} ${acknowledged_at}`,
    },
    { name: 'Why', show: ({ reason }) => reason ?? '', csv: ({ reason }) => reason },
  ];
}
