/** Bytes as a hex dump shows them: sixteen a line, with their place before and what can be printed behind. */
import type { Bytes } from '#operations/bytes.ts';

export function bytesOf(bytes: Bytes): Uint8Array {
  if ('text' in bytes) return new TextEncoder().encode(bytes.text);
  return Uint8Array.from(atob(bytes.base64), (character) => character.charCodeAt(0));
}

/** @param most bytes that are shown @param length of the whole, of which these may be the beginning */
export function hexDump(bytes: Uint8Array, most = 4096, length = bytes.length): string {
  const lines: string[] = [];
  for (let at = 0; at < Math.min(bytes.length, most); at += 16) {
    const line = [...bytes.subarray(at, at + 16)];
    const hex = line.map((byte) => byte.toString(16).padStart(2, '0')).join(' ');
    const shown = line.map((byte) => (byte >= 32 && byte < 127 ? String.fromCharCode(byte) : '·')).join('');
    lines.push(`${at.toString(16).padStart(6, '0')}  ${hex.padEnd(47)}  ${shown}`);
  }
  const left = length - Math.min(bytes.length, most);
  if (left > 0) lines.push(`… ${left} bytes more`);
  return lines.join('\n');
}
