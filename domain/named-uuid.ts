/** UUIDs that follow from a name, of version 5: https://www.rfc-editor.org/rfc/rfc9562#section-5.5 */

/** Of the guests of any shop, made once at random: a guest has the same UUID in every stream. */
const GUESTS = '6c1b1a52-3f0e-4c7e-9d52-6b0f6d0c8a11';

/** The UUID of a guest, whatever its id is. */
export const guestUuid = (name: string): string => namedUuid(GUESTS, name);

/** @param namespace a UUID */
export function namedUuid(namespace: string, name: string): string {
  const space = namespace.replaceAll('-', '').match(/../g) ?? [];
  const text = new TextEncoder().encode(name);
  const hash = sha1(Uint8Array.from([...space.map((byte) => Number.parseInt(byte, 16)), ...text]));
  const bytes = hash.subarray(0, 16);
  bytes[6] = ((bytes[6] as number) & 0x0f) | 0x50;
  bytes[8] = ((bytes[8] as number) & 0x3f) | 0x80;
  const hex = Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-');
}

const BLOCK = 64;

/** SHA-1, which version 5 asks for: https://www.rfc-editor.org/rfc/rfc3174. Platforms have none that pure code may call at once. */
function sha1(message: Uint8Array): Uint8Array {
  // Behind the message stand a bit, zeros, and its length in bits, to the end of a block.
  const padded = new Uint8Array(Math.ceil((message.length + 9) / BLOCK) * BLOCK);
  padded.set(message);
  padded[message.length] = 0x80;
  const view = new DataView(padded.buffer);
  view.setUint32(padded.length - 4, message.length * 8);
  const state = Int32Array.of(0x67452301, 0xefcdab89, 0x98badcfe, 0x10325476, 0xc3d2e1f0);
  const words = new Int32Array(80);
  for (let start = 0; start < padded.length; start += BLOCK) {
    for (let index = 0; index < 80; index++)
      words[index] = index < 16 ? view.getInt32(start + 4 * index) : rotated(xorOf(words, index), 1);
    addBlock(state, words);
  }
  const hash = new DataView(new ArrayBuffer(20));
  for (const [index, word] of state.entries()) hash.setInt32(4 * index, word);
  return new Uint8Array(hash.buffer);
}

function addBlock(state: Int32Array, words: Int32Array): void {
  let [a = 0, b = 0, c = 0, d = 0, e = 0] = state;
  for (let index = 0; index < 80; index++) {
    const mixed =
      index < 20
        ? ((b & c) | (~b & d)) + 0x5a827999
        : index < 40
          ? (b ^ c ^ d) + 0x6ed9eba1
          : index < 60
            ? ((b & c) | (b & d) | (c & d)) + 0x8f1bbcdc
            : (b ^ c ^ d) + 0xca62c1d6;
    const next = (rotated(a, 5) + mixed + e + (words[index] as number)) | 0;
    [a, b, c, d, e] = [next, a, rotated(b, 30), c, d];
  }
  for (const [index, word] of [a, b, c, d, e].entries()) state[index] = ((state[index] as number) + word) | 0;
}

const xorOf = (words: Int32Array, index: number): number =>
  (words[index - 3] as number) ^
  (words[index - 8] as number) ^
  (words[index - 14] as number) ^
  (words[index - 16] as number);

const rotated = (word: number, by: number): number => (word << by) | (word >>> (32 - by));
