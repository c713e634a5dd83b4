/** The values of columns as JSON, written as bytes. Each function returns where what it wrote ends. */
import { BACKSLASH, COLON, MINUS, POINT, QUOTE, ZERO } from '#domain/column-values/storage.ts';
import type { Micros } from '#domain/column-values/timestamp.ts';
import type { Utf8Values } from '#domain/column-values/utf8.ts';
import type { ColumnKind, ValuesOf } from '#domain/columns.ts';
import { formatMicros } from '#domain/time.ts';

/** Bytes of a value other than text, with its quotes. */
export const LONGEST_VALUE = 40;

export const jsonWriters: {
  readonly [Kind in ColumnKind]: (json: Buffer, at: number, values: ValuesOf[Kind] & never, row: number) => number;
} = {
  uuid: utf8,
  text: utf8,
  money,
  timestamp,
  integer: (json: Buffer, at: number, values: Int32Array, row: number) => writeNumber(json, at, values[row] as number),
};

const LETTER_T = 0x54;
const LETTER_Z = 0x5a;

/** What stands for a byte, where it can't stand for itself. */
const ESCAPES: readonly (Uint8Array | undefined)[] = Array.from({ length: 256 }, (_, byte) =>
  byte < 0x20 || byte === QUOTE || byte === BACKSLASH
    ? Buffer.from(JSON.stringify(String.fromCharCode(byte)).slice(1, -1))
    : undefined,
);
const IS_PLAIN = Uint8Array.from(ESCAPES, (written) => (written ? 0 : 1));

function utf8(json: Buffer, at: number, { arena, starts, ends }: Utf8Values, row: number): number {
  return writeText(json, at, arena.bytes, starts[row] as number, ends[row] as number);
}

/** @param utf8 the text is its part from `start` to before `end` */
export function writeText(json: Buffer, at: number, utf8: Uint8Array, start: number, end: number): number {
  json[at++] = QUOTE;
  for (let index = start; index < end; index++) {
    const byte = utf8[index] as number;
    if (IS_PLAIN[byte] === 1) json[at++] = byte;
    else for (const part of ESCAPES[byte] as Uint8Array) json[at++] = part;
  }
  json[at++] = QUOTE;
  return at;
}

/** @param number whole, at least 0 */
export function writeNumber(json: Buffer, at: number, number: number): number {
  let digits = 1;
  for (let power = 10; power <= number; power *= 10) digits++;
  return writeDigits(json, at, number, digits);
}

function writeDigits(json: Buffer, at: number, number: number, digits: number): number {
  let rest = number;
  for (let index = at + digits - 1; index >= at; index--) {
    const tenth = Math.floor(rest / 10);
    json[index] = ZERO + rest - 10 * tenth;
    rest = tenth;
  }
  return at + digits;
}

function money(json: Buffer, at: number, values: Float64Array, row: number): number {
  const cents = values[row] as number;
  json[at++] = QUOTE;
  if (cents < 0) json[at++] = MINUS;
  const whole = Math.floor(Math.abs(cents) / 100);
  at = writeNumber(json, at, whole);
  json[at++] = POINT;
  at = writeDigits(json, at, Math.abs(cents) - 100 * whole, 2);
  json[at++] = QUOTE;
  return at;
}

function timestamp(json: Buffer, at: number, { values }: Micros, row: number): number {
  const micros = Number(values[row]);
  if (Number.isSafeInteger(micros)) return writeTime(json, at, micros, 'us');
  const text = `"${formatMicros(values[row] as bigint)}"`;
  return at + json.write(text, at, 'latin1');
}

const units = { ms: { perSecond: 1e3, digits: 3 }, us: { perSecond: 1e6, digits: 6 } } as const;

const DAY = 86_400;

/** The day that was written last: neighbours have the same. */
const lastDay = { day: Number.NaN, text: Buffer.alloc(10) };

/** An instant of the years 1 to 9999, in whole units since 1970, as ISO 8601: `"2025-12-11T00:00:01.123Z"`. */
export function writeTime(json: Buffer, at: number, time: number, unit: keyof typeof units): number {
  const { perSecond, digits } = units[unit];
  const seconds = Math.floor(time / perSecond);
  const day = Math.floor(seconds / DAY);
  if (day !== lastDay.day) {
    lastDay.text.write(new Date(day * DAY * 1000).toISOString(), 'latin1');
    lastDay.day = day;
  }
  json[at++] = QUOTE;
  for (let index = 0; index < 10; index++) json[at++] = lastDay.text[index] as number;
  const ofDay = seconds - day * DAY;
  const hours = Math.floor(ofDay / 3600);
  const minutes = Math.floor(ofDay / 60) - 60 * hours;
  json[at++] = LETTER_T;
  at = writeDigits(json, at, hours, 2);
  json[at++] = COLON;
  at = writeDigits(json, at, minutes, 2);
  json[at++] = COLON;
  at = writeDigits(json, at, ofDay - 3600 * hours - 60 * minutes, 2);
  json[at++] = POINT;
  at = writeDigits(json, at, time - seconds * perSecond, digits);
  json[at++] = LETTER_Z;
  json[at++] = QUOTE;
  return at;
}
