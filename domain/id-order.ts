/** Ids of 16 bytes in their order, without a string for each: an id is four words of 32 bits, the first of them first. */

/** So many rows fit beside a word into what a double holds exactly. */
const MOST_ROWS = 2 ** 21;

/** @returns the rows in the order of their ids, as PostgreSQL compares them; rows of the same id as they came */
export function orderById(ids: Uint32Array): Uint32Array {
  const rows = ids.length / 4;
  if (rows > MOST_ROWS) throw new Error(`Expected at most ${MOST_ROWS} rows to be put in order at once, got ${rows}.`);
  const order = new Uint32Array(rows);
  for (let row = 0; row < rows; row++) order[row] = row;
  orderFrom(0, ids, order);
  return order;
}

/** Numbers are sorted natively, and nearly all ids differ in their first word. */
function orderFrom(word: number, ids: Uint32Array, order: Uint32Array): void {
  const keys = new Float64Array(order.length);
  for (let index = 0; index < keys.length; index++) {
    const row = order[index] as number;
    keys[index] = (ids[4 * row + word] as number) * MOST_ROWS + row;
  }
  keys.sort();
  for (let index = 0; index < keys.length; index++) order[index] = (keys[index] as number) % MOST_ROWS;
  if (word === 3) return;
  const wordOf = (index: number) => Math.floor((keys[index] ?? Number.NaN) / MOST_ROWS);
  for (let from = 0, to = 1; from < keys.length; from = to++) {
    while (wordOf(to) === wordOf(from)) to++;
    if (to - from > 1) orderFrom(word + 1, ids, order.subarray(from, to));
  }
}

/**
 * Splits rows into the first ones of ids that are not known and all others.
 *
 * @param order the rows as `orderById` gives them
 * @param known ids in their order
 */
export function splitByKnown(
  ids: Uint32Array,
  order: Uint32Array,
  known: Uint32Array,
): { fresh: Uint32Array; others: Uint32Array } {
  const fresh = new Uint32Array(order.length);
  const others = new Uint32Array(order.length);
  let [freshRows, otherRows, at] = [0, 0, 0];
  for (let index = 0; index < order.length; index++) {
    const row = order[index] as number;
    while (at < known.length && compare(known, at, ids, 4 * row) < 0) at += 4;
    const isKnown = at < known.length && compare(known, at, ids, 4 * row) === 0;
    const isRepeat = index > 0 && compare(ids, 4 * (order[index - 1] as number), ids, 4 * row) === 0;
    if (isKnown || isRepeat) others[otherRows++] = row;
    else fresh[freshRows++] = row;
  }
  return { fresh: fresh.subarray(0, freshRows), others: others.subarray(0, otherRows) };
}

function compare(one: Uint32Array, oneAt: number, other: Uint32Array, otherAt: number): number {
  for (let word = 0; word < 4; word++) {
    const difference = (one[oneAt + word] as number) - (other[otherAt + word] as number);
    if (difference !== 0) return difference;
  }
  return 0;
}

/** @param texts UUIDs as PostgreSQL writes them */
export function idsOfTexts(texts: readonly string[]): Uint32Array {
  const ids = new Uint32Array(4 * texts.length);
  for (const [index, text] of texts.entries()) {
    const digits = text.replaceAll('-', '');
    for (let word = 0; word < 4; word++)
      ids[4 * index + word] = Number.parseInt(digits.slice(8 * word, 8 * word + 8), 16);
  }
  return ids;
}
