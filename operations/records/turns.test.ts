import { expect, it } from 'vitest';
import { type BrowseStep, inTurns } from './turns.ts';

interface Request {
  readonly limit: number;
  readonly after?: string | undefined;
}

/** A topic of ten offsets, of which a turn reads as many as it has seconds; every fifth is found. */
function searched(perSecond: number) {
  const asked: (Request & { readonly milliseconds: number })[] = [];
  const take = async (request: Request, milliseconds: number): Promise<BrowseStep[]> => {
    asked.push({ ...request, milliseconds });
    const from = Number(request.after ?? 0);
    const to = Math.min(10, from + Math.floor((perSecond * milliseconds) / 1_000));
    const found = [5, 10].filter((each) => each > from && each <= to).length;
    const progress = { scanned: to - from, of: 10 - from, found };
    return [
      { progress },
      { ended: to === 10 ? 'all' : 'stopped', next: to === 10 ? null : String(to), here: String(to), progress },
    ];
  };
  return { asked, take };
}

async function collect(steps: AsyncIterable<BrowseStep>): Promise<BrowseStep[]> {
  const all: BrowseStep[] = [];
  for await (const step of steps) all.push(step);
  return all;
}

it('a search of several turns is one, with its progress from its beginning', async () => {
  const { asked, take } = searched(2);
  const steps = await collect(inTurns({ limit: 20 }, take));
  expect(steps.at(-1)).toEqual({ ended: 'all', next: null, here: '10', progress: { scanned: 10, of: 10, found: 2 } });
  expect(steps.map(({ progress }) => progress.scanned)).toEqual([6, 6, 10, 10]);
  expect(asked.map(({ limit, after }) => [limit, after])).toEqual([
    [20, undefined],
    [19, '6'],
  ]);
});

it('a turn that came nowhere is followed by a longer one, and in the end by an error instead of another', async () => {
  const slow = searched(0.1);
  expect((await collect(inTurns({ limit: 20 }, slow.take))).at(-1)).toMatchObject({ ended: 'all' });
  expect(slow.asked.map(({ milliseconds }) => milliseconds).slice(0, 4)).toEqual([3_000, 6_000, 12_000, 3_000]);
  const silent = searched(0);
  await expect(collect(inTurns({ limit: 20 }, silent.take))).rejects.toThrow('come further within 40 s');
});

it('who stops it gets what was found, and where to go on', async () => {
  const stop = new AbortController();
  const { take, asked } = searched(2);
  const steps = await collect(
    inTurns({ limit: 20 }, (request, within) => take(request, within).finally(() => stop.abort()), stop.signal),
  );
  expect(steps.at(-1)).toMatchObject({ ended: 'stopped', next: '6', progress: { found: 1 } });
  expect(asked).toHaveLength(1);
});
