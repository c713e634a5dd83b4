/** What counts have to do with a change of stock, in words, as the command line and the page say it. Pure. */
import type { ProductMovement } from './movements.ts';

/** Empty of a movement that changed the stock. */
export function sayCount({ counted, covered }: Pick<ProductMovement, 'counted' | 'covered'>): string {
  if (counted !== null) return `counted ${counted.toLocaleString('en')}`;
  if (covered === null) return '';
  return `${covered < 0 ? '−' : '+'}${Math.abs(covered).toLocaleString('en')} was in a count`;
}
