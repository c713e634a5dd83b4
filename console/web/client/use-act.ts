/** Something that a person asks to be done, once at a time: whether it is under way, and what came of it. */
import { useState } from 'preact/hooks';
import { AskError } from './ask.ts';

export interface Act<Result> {
  readonly isUnderWay: boolean;
  /** Of the last time; null before it has succeeded. */
  readonly result: Result | null;
  /** Why the last time failed; null if it didn't. */
  readonly error: AskError | null;
  readonly start: () => void;
}

export function useAct<Result>(work: () => Promise<Result>): Act<Result> {
  const [state, setState] = useState<Omit<Act<Result>, 'start'>>({ isUnderWay: false, result: null, error: null });
  const start = () => {
    if (state.isUnderWay) return;
    setState({ isUnderWay: true, result: null, error: null });
    work().then(
      (result) => setState({ isUnderWay: false, result, error: null }),
      (error: unknown) => {
        if (!(error instanceof AskError)) throw error;
        setState({ isUnderWay: false, result: null, error });
      },
    );
  };
  return { ...state, start };
}
