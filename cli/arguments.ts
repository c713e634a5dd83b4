/**
 * `--count -1` as `--count=-1`: Node's parseArgs takes a dash for the next option and calls the argument ambiguous, where the
 * command can say which numbers it takes. No option of ours is a number.
 */
export function joinNegativeNumbers(args: readonly string[]): string[] {
  const joined: string[] = [];
  for (const argument of args) {
    const before = joined.at(-1);
    const belongs = /^-[\d.]/.test(argument) && before !== undefined && /^--[a-z-]+$/.test(before);
    if (belongs) joined[joined.length - 1] = `${before}=${argument}`;
    else joined.push(argument);
  }
  return joined;
}
