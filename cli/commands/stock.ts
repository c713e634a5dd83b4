import { parseArgs } from 'node:util';
import { quoted } from '#operations/quoted.ts';
import { listMovements, type ProductMovement } from '#operations/stock/movements.ts';
import { isPlace } from '#operations/stock/place.ts';
import { lookAtProduct, type ProductLook } from '#operations/stock/product.ts';
import {
  isProductPlace,
  listProducts,
  type ProductPage,
  type StockedProduct,
  type StockState,
  stockStates,
} from '#operations/stock/products.ts';
import { sayCount } from '#operations/stock/say-count.ts';
import { withBackbone } from '../backbone.ts';
import { exit, UserError } from '../command.ts';
import { formatCount, readWholeNumber } from '../numbers.ts';
import { print } from '../print.ts';
import { facts, table } from '../table.ts';

export const summary = 'Show what is on the shelves, or one product with what moved it';

export const environments = true;

export const usage = `
Usage: npx tillstream stock [--state all|low|oversold] [--text TEXT] [--limit N] [--after PLACE] [--json]
       npx tillstream stock PRODUCT [--limit N] [--after PLACE] [--json]

Without PRODUCT it lists the products, the one with the least on hand first. Of a product it shows the sum that gives its stock (opening,
less what was sold, plus what was restocked, and what counts found too much or missing), and what changed it, the newest first, each with
what was on hand after it. What happened up to a count that was there already changes nothing.

  --state    low: below their thresholds; oversold: below zero
  --text     only products whose id or name has it
  --limit    rows at most, 20 unless it says otherwise, up to 500
  --after    goes on where an earlier answer ended
  --json     {"rows", "next", "counts"}, or of a product {…, "levels", "movements": {"rows", "next"}}

npx tillstream replay inventory --dry-run adds up the log of all products.
Exit code 1 if the stock of the product is not what its sum says.
`;

export async function run(args: string[]): Promise<number> {
  const { values, positionals } = parseArgs({
    args,
    allowPositionals: true,
    options: {
      state: { type: 'string' },
      text: { type: 'string' },
      limit: { type: 'string', default: '20' },
      after: { type: 'string' },
      json: { type: 'boolean', default: false },
    },
  });
  const [product, ...others] = positionals;
  if (others.length > 0) throw new UserError(`stock takes one product at a time, got ${positionals.join(' ')}`);
  const { text, after, json } = values;
  const limit = readWholeNumber('--limit', values.limit);
  if (limit < 1 || limit > 500) throw new UserError(`--limit expects 1 to 500, got ${values.limit}`);
  const isAfter = product === undefined ? isProductPlace : isPlace;
  if (after !== undefined && !isAfter(after)) throw new UserError('--after expects what an earlier answer ended with.');

  if (product === undefined) {
    const asked = { state: readState(values.state), text, after, limit };
    const page = await withBackbone((backbone) => listProducts(backbone, asked));
    print(json ? JSON.stringify(page) : describeProducts(page));
    return exit.ok;
  }
  if (values.state !== undefined || text !== undefined) throw new UserError('--state and --text go without a product.');
  // Text has no plot: of a million movements the levels cost five times what the sum does, so it asks for those of no time.
  const asked = { product, ...(!json && { seconds: 0 }) };
  const [look, movements] = await withBackbone((backbone) =>
    Promise.all([lookAtProduct(backbone, asked), listMovements(backbone, { product, after, limit })]),
  );
  if (!look) throw new UserError(`There is no product ${product} on the shelves.`);
  print(json ? JSON.stringify({ ...look, movements }) : describeProduct(look, movements.rows, movements.next));
  return look.balanced ? exit.ok : exit.no;
}

function readState(text: string | undefined): StockState | undefined {
  const state = stockStates.find((each) => each === text);
  if (text === undefined || state !== undefined) return state;
  throw new UserError(`--state expects one of ${stockStates.join(', ')}, got ${text}`);
}

export const wordOf = ({ onHand, threshold }: Pick<StockedProduct, 'onHand' | 'threshold'>): string =>
  onHand < 0 ? 'oversold' : onHand < threshold ? 'low' : '';

export function describeProducts({ rows, next, counts }: ProductPage): string {
  const { all, low, oversold } = counts;
  const cells = rows.map((row) => [row.product, row.name, row.onHand, row.threshold, wordOf(row)]);
  return [
    `${formatCount(all)} products, ${formatCount(low)} below their thresholds, ${formatCount(oversold)} oversold`,
    ...(rows.length > 0 ? ['', table(['product', 'name', 'on hand', 'threshold', 'state'], cells)] : []),
    ...(next === null ? [] : ['', `More: --after=${quoted(next)}`]),
  ].join('\n');
}

export function describeProduct(
  look: ProductLook,
  movements: readonly ProductMovement[],
  next: string | null = null,
): string {
  const { product, name, opening, sold, restocked, corrected, due, onHand, balanced, threshold } = look;
  const { sales, restocks, counts, covered, countedAt } = look;
  const cells = movements.map((each) => [
    each.processedAt,
    each.topic,
    `${each.partition}/${each.offset}`,
    each.change,
    each.after,
    [each.orderId, sayCount(each)].filter((said) => said).join(', ') || '-',
  ]);
  return [
    facts({
      ...{ product, name },
      opening: formatCount(opening),
      sold: `- ${formatCount(sold)} in ${formatCount(sales)} sales`,
      restocked: `+ ${formatCount(restocked)} in ${formatCount(restocks)} deliveries`,
      ...(counts > 0 && {
        corrected: `${corrected < 0 ? '-' : '+'} ${formatCount(Math.abs(corrected))} in ${formatCount(counts)} counts, the newest of ${countedAt}`,
      }),
      ...(covered > 0 && { 'not in it': `${formatCount(covered)} sales and deliveries that a count had seen already` }),
      'on hand': balanced
        ? `= ${formatCount(onHand)}`
        : `${formatCount(onHand)}, but its movements give ${formatCount(due)}`,
      threshold: `${formatCount(threshold)}${wordOf(look) === '' ? '' : `, so it is ${wordOf(look)}`}`,
    }),
    ...(cells.length > 0
      ? ['', table(['took effect', 'topic', 'record', 'change', 'after it', 'order or count'], cells)]
      : ['', 'Nothing has moved it.']),
    ...(next === null ? [] : ['', `More: --after=${next}`]),
  ].join('\n');
}
