/**
 * The fast path of reading events. Nearly every record is a flat JSON object without escapes:
 * its values go from its bytes straight into columns. Anything unusual or wrong is left to the reference
 * (event-reader.ts), so the scanner never has to say why.
 */
import { COMMA, SPACE, UNSURE } from './column-values/storage.ts';
import type { EventColumn, ExtraColumn } from './event-columns.ts';
import { extraScanner } from './extra-scanner.ts';

/**
 * Takes the JSON from `start` to before `end` as a row, exactly as the reference would read it.
 *
 * @returns false where it isn't sure: the row then has no meaning
 */
export type ColumnScanner = (row: number, start: number, end: number) => boolean;

const OPEN = 0x7b;
const CLOSE = 0x7d;

/** ASCII of at least four characters, as what is compared at once. The last four may overlap those before. */
interface Words {
  readonly length: number;
  readonly words: Int32Array;
}

function inWords(text: string): Words {
  const view = new DataView(new TextEncoder().encode(text).buffer);
  const words = Array.from({ length: Math.ceil(view.byteLength / 4) }, (_, index) =>
    view.getInt32(Math.min(4 * index, view.byteLength - 4)),
  );
  return { length: view.byteLength, words: Int32Array.from(words) };
}

const NULL = { ...inWords('null'), first: 0x6e };

function isAt({ length, words }: Words, bytes: DataView, at: number, end: number): boolean {
  if (at + length > end) return false;
  const last = words.length - 1;
  for (let index = 0; index < last; index++) if (bytes.getInt32(at + 4 * index) !== words[index]) return false;
  return bytes.getInt32(at + length - 4) === words[last];
}

/** @param bytes those of a batch, with zeros behind their end */
export function columnScanner(
  columns: readonly EventColumn[],
  bytes: Uint8Array,
  { values: extra, present: hasExtra }: ExtraColumn,
): ColumnScanner {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const fields = columns.map(({ name, storage, values, present, optional, nullable }) => ({
    ...{ storage, values, present, nullable, optional },
    name: inWords(`"${name}":`),
  }));
  const presents = fields.flatMap(({ present }) => present ?? []);
  const required = fields.filter(({ optional }) => !optional).length;
  /** In which scan each field was seen last. */
  const seen = new Float64Array(fields.length);
  const unknown = extraScanner(bytes);
  let scan = 0;

  return (row, start, end) => {
    let at = start;
    if (bytes[at++] !== OPEN) return false;
    scan++;
    for (const present of presents) present[row] = 0;
    hasExtra[row] = 0;
    unknown.begin();
    let requiredSeen = 0;
    // Producers write fields in the order of the schema, so the next name is nearly always the next column's.
    for (let expected = 0; ; ) {
      let index = expected;
      let field = fields[index];
      if (!field || !isAt(field.name, view, at, end)) {
        index = fields.findIndex(({ name }) => isAt(name, view, at, end));
        field = fields[index];
      }
      if (field) {
        if (seen[index] === scan) return false;
        seen[index] = scan;
        expected = index + 1;
        const { storage, values, name, present, nullable, optional } = field;
        if (!optional) requiredSeen++;
        at += name.length;
        if (bytes[at] === SPACE) at++;

        if (nullable && bytes[at] === NULL.first && isAt(NULL, view, at, end)) at += NULL.length;
        else {
          at = storage.take(values, row, bytes, at);
          if (at === UNSURE) return false;
          if (present) present[row] = 1;
        }
      } else {
        at = unknown.take(at);
        if (at === UNSURE) return false;
      }

      const next = bytes[at++];
      if (next === CLOSE) {
        if (at !== end || requiredSeen !== required) return false;
        if (unknown.count() > 0) {
          extra.starts[row] = unknown.write(extra.arena);
          extra.ends[row] = extra.arena.length;
          hasExtra[row] = 1;
        }
        return true;
      }
      if (next !== COMMA) return false;
      if (bytes[at] === SPACE) at++;
    }
  };
}
