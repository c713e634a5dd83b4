/**
 * Every compression that a producer may choose, so that the records of any client can be read, each up to a limit of what
 * comes out. We produce uncompressed, gzip or zstd, and only read Snappy and LZ4.
 */
import { promisify } from 'node:util';
import { gunzip, gzip as gzipBytes, zstdCompress, zstdDecompress } from 'node:zlib';
import { decompressBlock } from 'lz4js';
import { uncompress } from 'snappyjs';

export interface Codec {
  compress(encoder: { readonly buffer: Buffer }): Promise<Buffer>;
  decompress(compressed: Buffer): Promise<Buffer>;
}

/**
 * A batch of a megabyte, which is what a broker takes, may unpack to a gigabyte with gzip and to thirty with zstd. Batches of
 * real events unpack to a tenth of this. Snappy can't exceed it.
 */
export const MOST_UNPACKED = 128 * 1024 * 1024;

/** As zlib has it. */
const TOO_LARGE = 'ERR_BUFFER_TOO_LARGE';

/** Whether a batch could not be read because it unpacks to more than MOST_UNPACKED. */
export const unpacksToTooMuch = (error: unknown): boolean => (error as NodeJS.ErrnoException).code === TOO_LARGE;

const limits = { maxOutputLength: MOST_UNPACKED };
const compressGzip = promisify(gzipBytes);
const decompressGzip = promisify<Buffer, typeof limits, Buffer>(gunzip);
const compressZstd = promisify(zstdCompress);
const decompressZstd = promisify<Buffer, typeof limits, Buffer>(zstdDecompress);

export const gzip: Codec = {
  compress: ({ buffer }) => compressGzip(buffer),
  decompress: (compressed) => decompressGzip(compressed, limits),
};

export const zstd: Codec = {
  compress: ({ buffer }) => compressZstd(buffer),
  decompress: (compressed) => decompressZstd(compressed, limits),
};

export const snappy: Codec = {
  compress: () => Promise.reject(readOnly('Snappy')),
  decompress: async (compressed) => decodeSnappy(compressed),
};

export const lz4: Codec = {
  // lz4js writes frames of dependent blocks, which Kafka's broker refuses.
  compress: () => Promise.reject(readOnly('LZ4')),
  decompress: async (compressed) => decodeLz4(compressed),
};

const readOnly = (codec: string): Error =>
  new Error(`${codec} can be read but not produced here: choose gzip or zstd.`);

/** The frame of snappy-java: this magic, two version numbers, then blocks, each behind its length. */
const XERIAL_MAGIC = Buffer.from([0x82, 0x53, 0x4e, 0x41, 0x50, 0x50, 0x59, 0x00]);
const XERIAL_HEADER = XERIAL_MAGIC.length + 8;

/** Reads both forms: the bare block that librdkafka and others write, and the frame of Java clients. */
export function decodeSnappy(compressed: Buffer): Buffer {
  if (!compressed.subarray(0, XERIAL_MAGIC.length).equals(XERIAL_MAGIC)) return asBuffer(uncompress(compressed));
  const blocks: Uint8Array[] = [];
  let at = XERIAL_HEADER;
  while (at < compressed.length) {
    const length = compressed.readInt32BE(at);
    blocks.push(uncompress(compressed.subarray(at + 4, at + 4 + length)));
    at += 4 + length;
  }
  return Buffer.concat(blocks);
}

const LZ4_MAGIC = 0x184d2204;
const STORED_AS_IS = 0x80000000;

/**
 * Reads an LZ4 frame (lz4_Frame_format.md). lz4js' own frame reader looks for block checksums on the wrong side of the
 * block, so only its block decoder is used. Checksums are not verified: Kafka's record batch has its own.
 */
export function decodeLz4(frame: Buffer, most = MOST_UNPACKED): Buffer {
  if (frame.readUInt32LE(0) !== LZ4_MAGIC)
    throw new Error(`Expected an LZ4 frame, got bytes that begin ${frame.toString('hex', 0, 4)}`);
  const flags = frame.readUInt8(4);
  const checksumPerBlock = (flags & 0x10) !== 0;
  const hasContentSize = (flags & 0x08) !== 0;
  const blockBytes = 1 << (8 + 2 * ((frame.readUInt8(5) >> 4) & 7));
  const firstBlock = 7 + (hasContentSize ? 8 : 0);

  let target = Buffer.alloc(0);
  let end = 0;
  let at = firstBlock;
  while (true) {
    if (end > most) throw Object.assign(new Error('LZ4 unpacks to too much'), { code: TOO_LARGE });
    const word = frame.readUInt32LE(at);
    if (word === 0) return target.subarray(0, end);
    const stored = word >= STORED_AS_IS;
    const length = stored ? word - STORED_AS_IS : word;
    at += 4;
    if (target.length < end + blockBytes) target = Buffer.concat([target], Math.max(end * 2, end + blockBytes));
    end = stored ? end + frame.copy(target, end, at, at + length) : decompressBlock(frame, target, at, length, end);
    at += length + (checksumPerBlock ? 4 : 0);
  }
}

const asBuffer = (bytes: Uint8Array): Buffer => Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
