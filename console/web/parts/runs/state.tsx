/** The state of a run or a task: its word, and a mark if it is well or not. */
import { sayState } from '../../view/runs.ts';
import { Mark } from '../mark.tsx';

export function State({ state }: { state: string | null }) {
  const { mark, word } = sayState(state);
  return (
    <span class="nowrap">
      {mark && <Mark state={mark} />} {word}
    </span>
  );
}
