/**
 * Values in PostgreSQL's binary format, each behind its length, as the receive functions of their types read them:
 * https://github.com/postgres/postgres/tree/REL_17_STABLE/src/backend/utils/adt
 */
import type { ColumnKind } from '#domain/columns.ts';

/** Kinds and their inputs: uuid and text are UTF-8, money is cents, timestamp is microseconds since 1970. */
export type BinaryKind = ColumnKind | 'bigint';

/** Writes a value behind its length; returns where it ends. */
type Write<Value> = (chunk: DataView, at: number, value: Value) => number;

export const writers: { readonly [Kind in BinaryKind]: Write<never> } = {
  uuid: uuid satisfies Write<Uint8Array>,
  text: text satisfies Write<Uint8Array>,
  money: numeric satisfies Write<bigint>,
  timestamp: ((chunk, at, micros) => bigint(chunk, at, micros - MICROS_TO_2000)) satisfies Write<bigint>,
  bigint: bigint satisfies Write<bigint | number>,
  integer: integer satisfies Write<number>,
};

export const writeNull = (chunk: DataView, at: number): number => length(chunk, at, -1);

function length(chunk: DataView, at: number, bytes: number): number {
  chunk.setInt32(at, bytes);
  return at + 4;
}

function integer(chunk: DataView, at: number, value: number): number {
  chunk.setInt32(length(chunk, at, 4), value);
  return at + 8;
}

/** PostgreSQL counts from 2000-01-01. */
const MICROS_TO_2000 = 946_684_800_000_000n;

function bigint(chunk: DataView, at: number, value: bigint | number): number {
  chunk.setBigInt64(length(chunk, at, 8), BigInt(value));
  return at + 12;
}

function text(chunk: DataView, at: number, utf8: Uint8Array): number {
  const start = length(chunk, at, utf8.length);
  for (let i = 0; i < utf8.length; i++) chunk.setUint8(start + i, utf8[i] as number);
  return start + utf8.length;
}

/**
 * NUMERIC is digits of base 10,000; an amount up to 99,999,999.99 has two before the point and one after. Zeros that
 * aren't needed are dropped by the server.
 */
function numeric(chunk: DataView, at: number, cents: bigint): number {
  const amount = Math.abs(Number(cents));
  const whole = Math.floor(amount / 100);
  const start = length(chunk, at, 14);
  chunk.setInt16(start, 3); // digits
  chunk.setInt16(start + 2, 1); // weight of the first: 10,000 to this power
  chunk.setUint16(start + 4, cents < 0n ? 0x4000 : 0x0000); // sign
  chunk.setInt16(start + 6, 2); // decimals
  chunk.setInt16(start + 8, Math.floor(whole / 10_000));
  chunk.setInt16(start + 10, whole % 10_000);
  chunk.setInt16(start + 12, (amount % 100) * 100);
  return start + 14;
}

/** The value of each hexadecimal digit by its character code. */
const HEX = new Uint8Array(256);
for (const [value, digit] of [...'0123456789abcdef'].entries()) HEX[digit.charCodeAt(0)] = value;

/** Where in the 36 characters each of the 16 bytes stands. */
const BYTES_IN_TEXT = [0, 2, 4, 6, 9, 11, 14, 16, 19, 21, 24, 26, 28, 30, 32, 34];

function uuid(chunk: DataView, at: number, characters: Uint8Array): number {
  const start = length(chunk, at, 16);
  for (let i = 0; i < 16; i++) {
    const first = BYTES_IN_TEXT[i] as number;
    const high = HEX[characters[first] as number] as number;
    const low = HEX[characters[first + 1] as number] as number;
    chunk.setUint8(start + i, high * 16 + low);
  }
  return start + 16;
}
