/** A line without axes: how a figure went lately, from its own least to its own most. */

/**
 * @param values the latest last; null is a gap
 * @returns an SVG path in a box of this size; empty with fewer than two values
 */
export function sparkOf(values: readonly (number | null)[], width: number, height: number): string {
  const known = values.filter((value) => value !== null);
  if (known.length < 2) return '';
  const most = Math.max(...known);
  // What hardly varies is a calm line, not a mountain range.
  const least = Math.min(...known, most / 2);
  const span = most - least || 1;
  let draws = false;
  return values
    .map((value, at) => {
      const command = draws ? 'L' : 'M';
      draws = value !== null;
      if (value === null) return '';
      const x = (at / (values.length - 1)) * width;
      return `${command}${x.toFixed(1)} ${(height - ((value - least) / span) * height).toFixed(1)}`;
    })
    .join('');
}
