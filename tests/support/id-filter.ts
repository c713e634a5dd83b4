import { idHashes } from '#domain/id-filter.ts';

/** The filter of these ids, made the obvious way: null for none. */
export function filterOfIds(ids: Iterable<string>): Uint8Array | null {
  const distinct = new Set(ids);
  if (distinct.size === 0) return null;
  const filter = new Uint8Array(2 * distinct.size);
  for (const id of distinct)
    for (const hash of idHashes(id)) {
      const bit = Math.floor((hash * filter.length * 8) / 2 ** 32);
      filter[bit >> 3] = (filter[bit >> 3] as number) | (1 << (bit & 7));
    }
  return filter;
}
