/** An answer that costs much, made once for all who want it at the same time. */

/** How long an answer is kept, by the time that it took: so making it anew takes a fifth of the time at most, however slow it is. */
const RESTS = 4;
const LEAST_REST_MS = 1_000;

/**
 * Who asks while the answer is being made, or soon after, gets the same one, also if it is that it failed: a question that
 * PostgreSQL can't answer in time isn't asked without a break.
 *
 * @param now in milliseconds
 */
export function shared<Value>(
  make: () => Promise<Value>,
  now: () => number = () => performance.now(),
): { readonly ask: () => Promise<Value>; readonly isOld: () => boolean } {
  let answer: Promise<Value> | undefined;
  let keptUntil = Number.POSITIVE_INFINITY;
  const isOld = () => answer === undefined || now() >= keptUntil;
  return {
    ask() {
      if (answer && !isOld()) return answer;
      const begun = now();
      keptUntil = Number.POSITIVE_INFINITY;
      const rest = () => {
        keptUntil = now() + Math.max(LEAST_REST_MS, RESTS * (now() - begun));
      };
      answer = make();
      answer.then(rest, rest);
      return answer;
    },
    isOld,
  };
}

/**
 * The same for questions of one kind: of different ones only one is being answered at a time.
 *
 * @param keyOf two questions with the same are the same
 */
export function sharedByQuestion<Question, Value>(
  make: (question: Question) => Promise<Value>,
  keyOf: (question: Question) => string,
  now?: () => number,
): (question: Question) => Promise<Value> {
  const answers = new Map<string, ReturnType<typeof shared<Value>>>();
  let last: Promise<unknown> = Promise.resolve();
  const inTurn = (question: Question): Promise<Value> => {
    const mine = last.then(() => make(question));
    last = mine.catch(() => {});
    return mine;
  };
  return (question) => {
    const key = keyOf(question);
    for (const [other, { isOld }] of answers) if (other !== key && isOld()) answers.delete(other);
    const own = answers.get(key) ?? shared(() => inTurn(question), now);
    answers.set(key, own);
    return own.ask();
  };
}
