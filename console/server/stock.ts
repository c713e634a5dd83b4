/** What the page asks about the stock, its reports, and their log. */
import { z } from 'zod';
import { replayInventory } from '#operations/replay-inventory.ts';
import { isReportableDay, REPORTABLE_DAY, reportOf, storedReport } from '#operations/report.ts';
import { listMovements } from '#operations/stock/movements.ts';
import { isPlace } from '#operations/stock/place.ts';
import { lookAtProduct } from '#operations/stock/product.ts';
import { isProductPlace, listProducts, stockStates } from '#operations/stock/products.ts';
import type { CheckedStock, MadeReport } from '../api.ts';
import { Refusal } from './refusal.ts';
import { limit, type Route, route, wholeNumber } from './route.ts';

/** An id may hold any character; in a path it comes as the address has it. */
const product = z.string().transform((text, context) => {
  try {
    return decodeURIComponent(text);
  } catch {
    context.addIssue({ code: 'custom', message: `expected the id of a product, got ${text}` });
    return z.NEVER;
  }
});

const date = z.string().refine(isReportableDay, `expected ${REPORTABLE_DAY}`);

export const stockRoutes: readonly Route[] = [
  route({
    ...{ method: 'GET', path: '/api/stock', right: 'look', operation: listProducts },
    asks: {
      state: z.enum(stockStates).optional(),
      text: z.string().min(1).max(200).optional(),
      after: z.string().max(100).refine(isProductPlace, 'expected the next of a page').optional(),
      limit,
    },
    answer: (asked, { backbone }) => listProducts(backbone, asked),
  }),
  route({
    ...{ method: 'GET', path: '/api/stock/:product', right: 'look', operation: lookAtProduct },
    asks: { product, seconds: wholeNumber.optional() },
    async answer(asked, { backbone }) {
      const look = await lookAtProduct(backbone, asked);
      if (look) return look;
      throw new Refusal(404, 'no_such_product', `There is no product ${asked.product} on the shelves.`);
    },
  }),
  route({
    ...{ method: 'GET', path: '/api/stock/:product/movements', right: 'look', operation: listMovements },
    asks: { product, after: z.string().max(200).refine(isPlace, 'expected the next of a page').optional(), limit },
    answer: (asked, { backbone }) => listMovements(backbone, asked),
  }),
  route({
    ...{ method: 'GET', path: '/api/reports/:date', right: 'look', operation: storedReport },
    asks: { date },
    async answer({ date }, { backbone }) {
      return (await storedReport(backbone, date)) ?? null;
    },
  }),
  route({
    ...{ method: 'POST', path: '/api/report', right: 'act', operation: reportOf, command: 'report' },
    asks: { date },
    async answer({ date }, { backbone }): Promise<MadeReport> {
      const { report, files } = await reportOf(backbone, date);
      return { report, files: files.map(({ key }) => key) };
    },
  }),
  route({
    // It changes nothing, but holds up what moves stock while it adds up the log.
    ...{ method: 'POST', path: '/api/stock-check', right: 'act', operation: replayInventory, command: 'replay' },
    asks: {},
    async answer(_, { backbone }): Promise<CheckedStock> {
      const { differences, ...found } = await replayInventory(backbone, { dryRun: true });
      return { ...found, differences: differences.slice(0, 100) };
    },
  }),
];
