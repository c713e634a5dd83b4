/** Arguments and results of operations as JSON: what JSON has no word for is an object with one key that begins with `$`. Pure. */

type Plain = null | boolean | number | string | readonly Plain[] | { readonly [key: string]: Plain };

/** Functions and signals can't be sent: whoever reports progress or stops does so where they are. */
const stays = (value: unknown): boolean =>
  value === undefined || typeof value === 'function' || value instanceof AbortSignal;

export function toWire(value: unknown): Plain {
  if (stays(value)) return { $absent: true };
  if (value === null || typeof value === 'boolean' || typeof value === 'string') return value as Plain;
  if (typeof value === 'number') return Number.isFinite(value) ? value : { $number: String(value) };
  if (typeof value === 'bigint') return { $bigint: String(value) };
  if (value instanceof Date) return { $date: value.toISOString() };
  if (value instanceof Uint8Array) return { $bytes: Buffer.from(value).toString('base64') };
  if (value instanceof Map) return { $map: [...value].map((pair) => pair.map(toWire)) };
  if (Array.isArray(value)) return value.map(toWire);
  const entries = Object.entries(value as object).filter(([, each]) => !stays(each));
  const plain = Object.fromEntries(entries.map(([key, each]) => [key, toWire(each)]));
  // One that would be taken for a word of ours.
  return entries.length === 1 && entries[0]?.[0].startsWith('$') ? { $plain: plain } : plain;
}

const words: Readonly<Record<string, (said: Plain) => unknown>> = {
  $absent: () => undefined,
  $number: Number,
  $bigint: (text) => BigInt(String(text)),
  $date: (text) => new Date(String(text)),
  $bytes: (text) => Buffer.from(String(text), 'base64'),
  $map: (pairs) => new Map((pairs as readonly [Plain, Plain][]).map(([key, each]) => [fromWire(key), fromWire(each)])),
  $plain: (object) => fields(object as object),
};

/** What `toWire` was given; a Uint8Array comes as a Buffer. @throws if it is not of `toWire` */
export function fromWire(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map(fromWire);
  const [[key = '', said] = [], ...others] = Object.entries(value);
  if (others.length > 0 || !key.startsWith('$')) return fields(value);
  const word = Object.hasOwn(words, key) ? words[key] : undefined;
  if (word) return word(said as Plain);
  throw new Error(`Expected a value of operations/asking/wire.ts, got ${key}: is the other side of another version?`);
}

// `fromEntries` defines what it is given, also `__proto__`, and sets no prototype.
const fields = (value: object): object =>
  Object.fromEntries(Object.entries(value).map(([key, each]) => [key, fromWire(each)]));
