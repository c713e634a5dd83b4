/**
 * The fields of a record that its schema does not know. The lake keeps them, so that a field that is added later can be filled in
 * from what came before (docs/decisions/024-unknown-fields.md).
 */
import * as z from 'zod';
import { type Column, columnsOf, text } from './columns.ts';
import { childrenOf, skipSpace } from './json-places.ts';

/** The column of the lake that holds them. No field of an event may have this name. */
export const [extraColumn] = columnsOf(
  z.object({
    extra: text(Number.POSITIVE_INFINITY, 'The fields that the schema did not know then, as JSON.').nullish(),
  }),
) as [Column & { readonly kind: 'text' }];

/**
 * @param json an object, valid JSON
 * @param known the names of the schema's fields
 * @returns a JSON object of the others, each value as it was written: `{"channel":"web","weight":1.10}`; undefined if there are none. Of
 * fields of one name the last counts, as for `JSON.parse`
 */
export function extraFields(json: string, known: ReadonlySet<string>): string | undefined {
  const extra = new Map<string, string>();
  for (const { name, value } of childrenOf(json, skipSpace(json, 0)))
    if (typeof name === 'string' && !known.has(name)) extra.set(name, json.slice(value.from, value.to));
  if (extra.size === 0) return undefined;
  return `{${[...extra].map(([name, value]) => `${JSON.stringify(name)}:${value}`).join()}}`;
}
