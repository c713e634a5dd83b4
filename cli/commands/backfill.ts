import { parseArgs } from 'node:util';
import { LONGEST_NAME } from '#domain/given-text.ts';
import { backfill, backfilled } from '#operations/backfill.ts';
import { withBackbone } from '../backbone.ts';
import { exit, UserError } from '../command.ts';
import { readText } from '../given.ts';
import { formatCount } from '../numbers.ts';
import { print } from '../print.ts';
import { whoActs } from '../who.ts';

export const summary = 'Fill a field that orders got later into rows from before';

export const environments = true;

export const usage = `
Usage: npx tillstream backfill STREAM FIELD [--by NAME] [--dry-run] [--json]

Reads the field from what the objects of the lake keep as unknown, and sets it in the rows that have none. Rows that have a value stay as
they are; it may be stopped and repeated at any time. Who did it, and when, is recorded in ledger.backfills. The next proof reads everything.
docs/add-a-field.md tells how a field is added.

  STREAM      ${backfilled.join(', ')}: other streams' rows don't come from the lake
  --by NAME   who asks for it (default: your user name on this machine, or your AWS login)
  --dry-run   print how many rows would be filled, and fill none
`;

export interface BackfillCommand {
  readonly field: string;
  readonly by: string | undefined;
  readonly dryRun: boolean;
  readonly json: boolean;
}

/** @throws UserError naming what is wrong */
export function readArguments(args: readonly string[]): BackfillCommand {
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: {
      by: { type: 'string' },
      'dry-run': { type: 'boolean', default: false },
      json: { type: 'boolean', default: false },
    },
  });
  const [topic, field, ...more] = positionals;
  if (topic === undefined || field === undefined || more.length > 0)
    throw new UserError(`backfill takes a stream and one of its fields, got ${positionals.join(' ') || 'none'}.`);
  if (!backfilled.includes(topic))
    throw new UserError(
      `Expected ${backfilled.join(' or ')}, got ${topic}: its rows don't come from objects of the lake, which keep unknown fields.`,
    );
  return { field, by: values.by, dryRun: values['dry-run'], json: values.json };
}

export async function run(args: string[]): Promise<number> {
  const { field, dryRun, json, ...given } = readArguments(args);
  const by = readText('--by', given.by ?? (await whoActs()), LONGEST_NAME);
  const done = await withBackbone((backbone) => backfill(backbone, { field, by, dryRun }));
  const did = dryRun ? 'Would fill' : 'Filled';
  const text = `${did} ${field} in ${formatCount(done.filled)} rows; looked at ${formatCount(done.objects)} objects.`;
  print(json ? JSON.stringify({ ...done, dry_run: dryRun }) : text);
  return exit.ok;
}
