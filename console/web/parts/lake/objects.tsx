/** The objects of a day, a page at a time. */
import type { ListedObject, ObjectPage } from '#operations/lake/objects.ts';
import { useAnswer } from '../../client/use-answer.ts';
import { count, size } from '../../view/numbers.ts';
import { linkTo } from '../../view/route.ts';
import { asOption } from '../../view/shell.ts';
import { Copy } from '../copy.tsx';
import { List, type ListColumn } from '../list.tsx';
import { Asking, Failed, Nothing, Old } from '../states.tsx';
import { Time } from '../time.tsx';

export interface ObjectsProps {
  readonly zone: string;
  readonly day: string;
  readonly after: string | undefined;
  readonly chosen: string | undefined;
  readonly path: string;
  readonly onChoose: (object: ListedObject) => void;
}

const AT_ONCE = 200;

export function Objects({ zone, day, after, chosen, path, onChoose }: ObjectsProps) {
  const asks = new URLSearchParams({ day, limit: String(AT_ONCE), ...(after !== undefined && { after }) });
  const { answer, error, again } = useAnswer<ObjectPage>(`/api/lake/${zone}/objects?${asks}`);
  if (!answer) return error ? <Failed error={error} again={again} /> : <Asking />;
  const { rows, next } = answer.data;
  if (rows.length === 0) return <Nothing>The lake has no more objects of this day.</Nothing>;
  return (
    <>
      {error && <Old at={answer.at} why={error.message} />}
      <div class="object-list">
        <List
          label="Objects"
          rows={rows}
          columns={columns}
          keyOf={({ key }) => key}
          selected={chosen ?? null}
          onSelect={onChoose}
        />
      </div>
      <p class="acts">
        <span class="muted grow">
          {count(rows.length)} objects, as of <Time at={answer.at} /> UTC
        </span>
        {after !== undefined && <a href={linkTo(path, [zone], { day })}>the first of the day</a>}
        {next !== null && <a href={linkTo(path, [zone], { day, after: next })}>the next ones</a>}
        <Copy text={`npx tillstream lake --zone ${zone} ${asOption('day', day)}`}>Copy as CLI</Copy>
      </p>
    </>
  );
}

const columns: readonly ListColumn<ListedObject>[] = [
  { name: 'object', show: ({ key }) => key.split('/').at(-1) },
  { name: 'rows', width: '80px', isNumber: true, show: ({ rows }) => count(rows) },
  { name: 'size', width: '84px', isNumber: true, show: ({ bytes }) => size(bytes) },
  { name: 'committed', width: '156px', show: ({ committedAt }) => <Time at={committedAt} /> },
  {
    name: 'its job',
    width: '172px',
    show: ({ doneAt }) => (doneAt ? <Time at={doneAt} /> : doneAt === null ? 'waits' : 'none'),
  },
];
