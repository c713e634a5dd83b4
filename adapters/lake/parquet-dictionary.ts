/**
 * Text as a dictionary and indexes into it, where that halves the bytes. The library's own rules, so that a file is the same
 * whoever made its pages: https://github.com/hyparam/hyparquet-writer/blob/v0.17.0/src/dictionary.js
 */
import { ByteWriter } from 'hyparquet-writer';
import { writeRleBitPackedHybrid } from 'hyparquet-writer/src/encoding.js';
import type { Utf8Values } from '#domain/column-values/utf8.ts';
import type { ColumnPages } from './parquet-chunk.ts';

const LENGTH_BYTES = 4;

/** Of so many rows, spread over all, the distinct values' part of the bytes tells whether a dictionary is worth a try. */
const SAMPLE = 1000;
const MOST_DISTINCT = 0.9;

/** @returns undefined if the values themselves take less than twice as much */
export function dictionaryPages(
  values: Utf8Values,
  rows: number,
  present: Uint8Array | undefined,
): Pick<ColumnPages, 'page' | 'encoding' | 'dictionary'> | undefined {
  const sample = Math.min(rows, SAMPLE);
  const rowsOfSample = Int32Array.from({ length: sample }, (_, index) =>
    sample === 1 ? 0 : Math.floor((index * (rows - 1)) / (sample - 1)),
  );
  const sampled = distinctOf(values, present, sample, rowsOfSample);
  if (sampled.total === 0 || sampled.once / sampled.total > MOST_DISTINCT) return undefined;

  const { firsts, indexes, once, total } = distinctOf(values, present, rows);
  const bitWidth = Math.ceil(Math.log2(firsts.length));
  const indexBytes = Math.ceil((indexes.length * bitWidth) / 8);
  if (2 * (once + indexBytes) > total) return undefined;

  const { arena, starts, ends } = values;
  const dictionary = new ByteWriter(2 * once);
  for (const row of firsts) {
    const value = arena.bytes.subarray(starts[row], ends[row]);
    dictionary.appendUint32(value.length);
    dictionary.appendBytes(value);
  }
  const page = new ByteWriter(16 + indexBytes);
  page.appendUint8(bitWidth);
  writeRleBitPackedHybrid(page, indexes, bitWidth);
  return {
    page: page.getBytes(),
    encoding: 'RLE_DICTIONARY',
    dictionary: { page: dictionary.getBytes(), entries: firsts.length },
  };
}

interface Distinct {
  /** The rows in which the values come first. */
  readonly firsts: readonly number[];
  /** For each row that has a value, which of them it is. */
  readonly indexes: Int32Array;
  /** Sizes as the library estimates them: of the distinct values, and of all. */
  readonly once: number;
  readonly total: number;
}

/** @param rowsOf the rows to look at; if absent, the first `count` */
function distinctOf(values: Utf8Values, present: Uint8Array | undefined, count: number, rowsOf?: Int32Array): Distinct {
  const { starts, ends } = values;
  const { bytes } = values.arena;
  const firsts: number[] = [];
  const sizes: number[] = [];
  const indexes = new Int32Array(count);
  let [used, once, total] = [0, 0, 0];
  // An open-addressing table of entries, each one more than its index in `firsts`; 0 is free.
  let table = new Int32Array(256);
  for (let index = 0; index < count; index++) {
    const row = rowsOf ? (rowsOf[index] as number) : index;
    if (present && present[row] === 0) continue;
    const mask = table.length - 1;
    const start = starts[row] as number;
    const end = ends[row] as number;
    let slot = hashOf(bytes, start, end) & mask;
    let entry = table[slot] as number;
    while (entry !== 0 && !isSame(values, firsts[entry - 1] as number, start, end)) {
      slot = (slot + 1) & mask;
      entry = table[slot] as number;
    }
    if (entry === 0) {
      entry = firsts.push(row);
      const size = LENGTH_BYTES + utf16Length(bytes, start, end);
      sizes.push(size);
      once += size;
      table[slot] = entry;
      if (2 * entry > mask) table = larger(table, values, firsts);
    }
    total += sizes[entry - 1] as number;
    indexes[used++] = entry - 1;
  }
  return { firsts, indexes: indexes.subarray(0, used), once, total };
}

function larger(
  table: Int32Array,
  { arena, starts, ends }: Utf8Values,
  firsts: readonly number[],
): Int32Array<ArrayBuffer> {
  const mask = 4 * table.length - 1;
  const next = new Int32Array(mask + 1);
  for (const [index, row] of firsts.entries()) {
    let slot = hashOf(arena.bytes, starts[row] as number, ends[row] as number) & mask;
    while (next[slot] !== 0) slot = (slot + 1) & mask;
    next[slot] = index + 1;
  }
  return next;
}

/** FNV-1a. */
function hashOf(bytes: Uint8Array, start: number, end: number): number {
  let hash = 0x811c9dc5;
  for (let at = start; at < end; at++) hash = Math.imul(hash ^ (bytes[at] as number), 0x01000193);
  return hash ^ (hash >>> 15);
}

function isSame({ arena: { bytes }, starts, ends }: Utf8Values, row: number, start: number, end: number): boolean {
  let at = starts[row] as number;
  if ((ends[row] as number) - at !== end - start) return false;
  for (let other = start; other < end; ) if (bytes[at++] !== bytes[other++]) return false;
  return true;
}

/** The library counts a text's UTF-16 units: one for each character, and two for one of four bytes. */
function utf16Length(bytes: Uint8Array, start: number, end: number): number {
  let units = 0;
  for (let at = start; at < end; at++) {
    const byte = bytes[at] as number;
    if ((byte & 0xc0) !== 0x80) units += byte >= 0xf0 ? 2 : 1;
  }
  return units;
}
