/** Writes a column of a row group: its pages, compressed, each behind its header; and what the footer says of them. */
import { constants, zstdCompressSync } from 'node:zlib';
import type { Encoding, SchemaElement } from 'hyparquet';
import { ByteWriter } from 'hyparquet-writer';
import { writePageHeader } from 'hyparquet-writer/src/datapage.js';
import { writeRleBitPackedHybrid } from 'hyparquet-writer/src/encoding.js';

/** A column's values, as they lie in its pages. */
export interface ColumnPages {
  /** Values of the rows that have one, in `encoding`. */
  readonly page: Uint8Array;
  readonly encoding: Encoding;
  readonly dictionary?: { readonly page: Uint8Array; readonly entries: number };
  /** 1 for a row with a value, 0 for null; absent if every row must have one. */
  readonly present: Uint8Array | undefined;
  readonly nulls: number;
  readonly statistics?: Statistics;
}

interface Statistics {
  readonly min_value: bigint | undefined;
  readonly max_value: bigint | undefined;
  readonly null_count: bigint;
}

/** Up to here, which is the window of its level 1, zstd finds the same matches in one go as in pieces. */
const WINDOW_BYTES = 512 * 1024;

/**
 * Compresses in one go: node:zlib's default is to join pieces of 16 KB. There is room for what can't be compressed, since zstd
 * would write an empty block more if it had to stop: https://github.com/facebook/zstd/blob/v1.5.7/lib/zstd.h (ZSTD_compressBound)
 */
function compress(page: Uint8Array): Uint8Array {
  const params = { [constants.ZSTD_c_compressionLevel]: 1 };
  if (page.length > WINDOW_BYTES) return zstdCompressSync(page, { params });
  return zstdCompressSync(page, { params, chunkSize: page.length + (page.length >>> 8) + 128 });
}

export function writeChunk(writer: ByteWriter, element: SchemaElement, rows: number, pages: ColumnPages) {
  const { page, encoding, dictionary, present, nulls, statistics } = pages;
  const start = writer.offset;
  let uncompressed = 0;
  if (dictionary) {
    const compressed = compress(dictionary.page);
    writePageHeader(writer, {
      type: 'DICTIONARY_PAGE',
      uncompressed_page_size: dictionary.page.length,
      compressed_page_size: compressed.length,
      dictionary_page_header: { num_values: dictionary.entries, encoding: 'PLAIN' },
    });
    uncompressed += writer.offset - start + dictionary.page.length;
    writer.appendBytes(compressed);
  }

  const dataStart = writer.offset;
  const levels = new ByteWriter(64);
  if (present) writeRleBitPackedHybrid(levels, present, 1);
  const compressed = compress(page);
  writePageHeader(writer, {
    type: 'DATA_PAGE_V2',
    uncompressed_page_size: levels.offset + page.length,
    compressed_page_size: levels.offset + compressed.length,
    data_page_header_v2: {
      num_values: rows,
      num_nulls: nulls,
      num_rows: rows,
      encoding,
      definition_levels_byte_length: levels.offset,
      repetition_levels_byte_length: 0,
      is_compressed: true,
    },
  });
  uncompressed += writer.offset - dataStart + levels.offset + page.length;
  writer.appendBytes(levels.getBytes());
  writer.appendBytes(compressed);

  return {
    meta_data: {
      type: element.type as NonNullable<SchemaElement['type']>,
      encodings: dictionary ? ['PLAIN' as const, encoding] : [encoding],
      path_in_schema: [element.name],
      codec: 'ZSTD' as const,
      num_values: BigInt(rows),
      total_compressed_size: BigInt(writer.offset - start),
      total_uncompressed_size: BigInt(uncompressed),
      data_page_offset: BigInt(dataStart),
      dictionary_page_offset: dictionary && BigInt(start),
      statistics,
      encoding_stats: statistics && [{ page_type: 'DATA_PAGE_V2' as const, encoding, count: 1 }],
    },
    file_offset: BigInt(start),
  };
}
