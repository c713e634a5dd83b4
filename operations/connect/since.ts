/** Since when something is as it is, as far as whoever keeps asking has seen. */

/** @returns notes each state by its name, and says since when it has been so: ISO 8601, UTC */
export function openSince(now: () => Date = () => new Date()): (name: string, state: boolean) => string {
  const seen = new Map<string, { readonly state: boolean; readonly since: string }>();
  return (name, state) => {
    const before = seen.get(name);
    if (before?.state === state) return before.since;
    const since = now().toISOString();
    seen.set(name, { state, since });
    return since;
  };
}
