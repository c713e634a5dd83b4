/** Bytes of records in JSON: as the text that they are, or else in base64, so that nothing is invented. */
import { textOf } from '#domain/problems.ts';

export type Bytes = { readonly text: string } | { readonly base64: string };

export function toBytes(bytes: Uint8Array): Bytes {
  const text = textOf(bytes);
  return text === undefined ? { base64: Buffer.from(bytes).toString('base64') } : { text };
}

export const fromBytes = (bytes: Bytes): Buffer =>
  'text' in bytes ? Buffer.from(bytes.text) : Buffer.from(bytes.base64, 'base64');

/** Headers as the ledger keeps them, in base64. */
export type HeadersJson = readonly { readonly name: string; readonly value: string }[];

export const headersFrom = (headers: HeadersJson) =>
  headers.map(({ name, value }) => ({ name, value: Buffer.from(value, 'base64') }));

export interface CutBytes {
  readonly shown: Bytes;
  /** Of the whole. */
  readonly length: number;
  /** Whether `shown` is only its beginning. */
  readonly cut: boolean;
}

/** @param longest what `shown` may take as JSON, in bytes: a control character is one byte, and six in JSON */
export function cutBytes(bytes: Uint8Array, longest: number): CutBytes {
  const { length } = bytes;
  for (let end = Math.min(length, longest); ; ) {
    const shown = toBytes(bytes.subarray(0, end === length ? length : betweenCharacters(bytes, end)));
    const size = Buffer.byteLength(JSON.stringify(shown));
    if (size <= longest || end === 0) return { shown, length, cut: end < length };
    end = Math.floor((end * longest) / size) - 1;
  }
}

/** Not in the middle of a character of UTF-8, if it is any. */
function betweenCharacters(bytes: Uint8Array, end: number): number {
  for (let at = end; at > Math.max(0, end - 4); at--) if (((bytes[at] ?? 0) & 0xc0) !== 0x80) return at;
  return end;
}
