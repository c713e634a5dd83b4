/** The name that was probably meant. Pure. */

/** @returns " Did you mean …?", or "" if none is near: more than a third of the letters would have to change */
export function suggestion(given: string, names: readonly string[]): string {
  const [nearest] = names
    .map((name) => ({ name, edits: editsBetween(given, name) }))
    .sort((one, other) => one.edits - other.edits);
  return nearest && nearest.edits <= Math.max(given.length, nearest.name.length) / 3
    ? ` Did you mean ${nearest.name}?`
    : '';
}

/** Letters to insert, remove or replace (Levenshtein), a row of the table at a time. */
function editsBetween(one: string, other: string): number {
  let row = Array.from({ length: other.length + 1 }, (_, at) => at);
  for (const [before, letter] of [...one].entries()) {
    const next = [before + 1];
    for (const [at, others] of [...other].entries())
      next.push(Math.min((next[at] ?? 0) + 1, (row[at + 1] ?? 0) + 1, (row[at] ?? 0) + (letter === others ? 0 : 1)));
    row = next;
  }
  return row.at(-1) ?? 0;
}
