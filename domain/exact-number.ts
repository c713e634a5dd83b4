/**
 * JSON numbers may be written with more digits than a double holds; `JSON.parse` rounds them in silence. An amount
 * must be judged by what was written, so this finds the text of a top-level number.
 */

/**
 * @param json the text that was parsed
 * @param field name of a top-level field whose value is a number
 * @param value that number, as `JSON.parse` gave it
 * @returns the number itself if it was written in the shortest way (nearly always), else its source text
 */
export function exactNumber(json: string, field: string, value: number): number | string {
  const name = `"${field}"`;
  const at = json.indexOf(name);
  if (at >= 0 && json.indexOf(name, at + 1) < 0) {
    const start = json.startsWith(': ', at + name.length) ? at + name.length + 2 : at + name.length + 1;
    const shortest = String(value);
    if (json.startsWith(shortest, start) && /[,}\s]/.test(json.charAt(start + shortest.length))) return value;
  }
  return sourceOf(json, field) ?? value;
}

/** The slow, certain way: the reviver is called for the fields of the outermost object last, with their source. */
function sourceOf(json: string, field: string): string | undefined {
  let source: string | undefined;
  const reviver = (key: string, value: unknown, context: { source?: string }) => {
    if (key === field && typeof value === 'number') source = context.source;
    return value;
  };
  JSON.parse(json, reviver as (key: string, value: unknown) => unknown);
  return source;
}
