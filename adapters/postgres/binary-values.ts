/**
 * Values in PostgreSQL's binary format, each behind its length, as the receive functions of their types read them:
 * https://github.com/postgres/postgres/tree/REL_17_STABLE/src/backend/utils/adt
 */
import type { Micros } from '#domain/column-values/timestamp.ts';
import type { ColumnKind } from '#domain/columns.ts';

/** Kinds and their inputs: uuid and text are UTF-8, money is cents, timestamp is microseconds since 1970. */
export type BinaryKind = ColumnKind | 'bigint';

/** Writes a value behind its length; returns where it ends. */
type Write<Value> = (chunk: DataView, at: number, value: Value) => number;

export const writers: { readonly [Kind in BinaryKind]: Write<never> } = {
  uuid: ((chunk, at, characters) => writeUuid(chunk, at, characters, 0)) satisfies Write<Uint8Array>,
  text: ((chunk, at, utf8) => writeText(chunk, at, utf8, 0, utf8.length)) satisfies Write<Uint8Array>,
  money: ((chunk, at, cents) => writeMoney(chunk, at, Number(cents))) satisfies Write<bigint>,
  timestamp: ((chunk, at, micros) => bigint(chunk, at, micros - MICROS_TO_2000)) satisfies Write<bigint>,
  bigint: bigint satisfies Write<bigint | number>,
  integer: writeInteger satisfies Write<number>,
};

export const writeNull = (chunk: DataView, at: number): number => length(chunk, at, -1);

function length(chunk: DataView, at: number, bytes: number): number {
  chunk.setInt32(at, bytes);
  return at + 4;
}

export function writeInteger(chunk: DataView, at: number, value: number): number {
  chunk.setInt32(length(chunk, at, 4), value);
  return at + 8;
}

function bigint(chunk: DataView, at: number, value: bigint | number): number {
  if (typeof value === 'number') return halves(chunk, at, Math.floor(value / 2 ** 32), value | 0);
  chunk.setBigInt64(length(chunk, at, 8), value);
  return at + 12;
}

function halves(chunk: DataView, at: number, high: number, low: number): number {
  const start = length(chunk, at, 8);
  chunk.setInt32(start, high);
  chunk.setInt32(start + 4, low);
  return start + 8;
}

/** PostgreSQL counts from 2000-01-01. */
const MICROS_TO_2000 = 946_684_800_000_000n;
const HIGH_TO_2000 = Number(MICROS_TO_2000 >> 32n);
const LOW_TO_2000 = Number(MICROS_TO_2000 & 0xffff_ffffn);

/** Subtracts in halves, since to make a bigint costs more than all the rest. */
export function writeMicros(chunk: DataView, at: number, { halves: of }: Micros, row: number): number {
  const low = ((of[2 * row] as number) >>> 0) - LOW_TO_2000;
  return halves(chunk, at, (of[2 * row + 1] as number) - HIGH_TO_2000 - (low < 0 ? 1 : 0), low);
}

/** The UTF-8 from `start` to before `end`. */
export function writeText(chunk: DataView, at: number, utf8: Uint8Array, start: number, end: number): number {
  at = length(chunk, at, end - start);
  for (let from = start; from < end; from++) chunk.setUint8(at++, utf8[from] as number);
  return at;
}

/**
 * NUMERIC is digits of base 10,000; an amount up to 99,999,999.99 has two before the point and one after. Zeros that
 * aren't needed are dropped by the server.
 */
export function writeMoney(chunk: DataView, at: number, cents: number): number {
  const amount = Math.abs(cents);
  const whole = Math.floor(amount / 100);
  const start = length(chunk, at, 14);
  chunk.setInt16(start, 3); // digits
  chunk.setInt16(start + 2, 1); // weight of the first: 10,000 to this power
  chunk.setUint16(start + 4, cents < 0 ? 0x4000 : 0x0000); // sign
  chunk.setInt16(start + 6, 2); // decimals
  chunk.setInt16(start + 8, Math.floor(whole / 10_000));
  chunk.setInt16(start + 10, whole % 10_000);
  chunk.setInt16(start + 12, (amount % 100) * 100);
  return start + 14;
}

/** The value of each hexadecimal digit by its character code. */
const HEX = new Uint8Array(256);
for (const [value, digit] of [...'0123456789abcdef'].entries()) HEX[digit.charCodeAt(0)] = value;

/** The 36 characters from `from` on. */
export function writeUuid(chunk: DataView, at: number, characters: Uint8Array, from: number): number {
  const start = length(chunk, at, 16);
  const byte = (place: number): number =>
    ((HEX[characters[from + place] as number] as number) << 4) |
    (HEX[characters[from + place + 1] as number] as number);
  chunk.setInt32(start, (byte(0) << 24) | (byte(2) << 16) | (byte(4) << 8) | byte(6));
  chunk.setInt32(start + 4, (byte(9) << 24) | (byte(11) << 16) | (byte(14) << 8) | byte(16));
  chunk.setInt32(start + 8, (byte(19) << 24) | (byte(21) << 16) | (byte(24) << 8) | byte(26));
  chunk.setInt32(start + 12, (byte(28) << 24) | (byte(30) << 16) | (byte(32) << 8) | byte(34));
  return start + 16;
}
