/** When letters came: a bar for each span of time, which is a button that chooses it. The newest comes first, on the right. */
import type { LetterCounts } from '#operations/letters/counts.ts';
import { barsOf } from '../../view/letter-bars.ts';
import { some } from '../../view/numbers.ts';

const HEIGHT = 44;

export interface HistogramProps {
  readonly counts: LetterCounts;
  readonly onChoose: (since: string, until: string) => void;
}

export function Histogram({ counts, onChoose }: HistogramProps) {
  const bars = barsOf(counts);
  const most = Math.max(1, ...bars.map(({ letters }) => letters));
  return (
    <fieldset class="histogram" aria-label="Letters over time; a bar chooses its time">
      {bars.toReversed().map(({ at, until, letters }) => (
        <button
          type="button"
          key={at}
          disabled={letters === 0}
          title={`${at.slice(0, 16).replace('T', ' ')} UTC: ${some(letters, 'letters')}`}
          aria-label={`${at.slice(0, 16).replace('T', ' ')} UTC, ${some(letters, 'letters')}`}
          onClick={() => onChoose(at, until)}
        >
          <span style={{ height: `${letters === 0 ? 0 : Math.max(2, (letters / most) * HEIGHT)}px` }} />
        </button>
      ))}
    </fieldset>
  );
}
