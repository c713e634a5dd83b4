import type { Random } from '#simulator/random.ts';

/** Hands out all of the names in random order, before any comes again. */
export function inTurn(names: readonly string[], random: Random): () => string {
  let left: string[] = [];
  return () => {
    if (left.length === 0) left = [...names];
    const name = random.pick(left);
    left = left.filter((other) => other !== name);
    return name;
  };
}
