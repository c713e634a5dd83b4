/** `npx tillstream import`: sends the products, customers or stock counts of a CSV file. */
import { parseArgs } from 'node:util';
import { columnsOf } from '#domain/columns.ts';
import { type Stream, streams } from '#domain/streams.ts';
import { type ImportFault, type ReadImport, readImport } from '#operations/import/read.ts';
import { type Sent, sendImport } from '#operations/import/send.ts';
import { planRedrive } from '#operations/letters/plan.ts';
import { withBackbone } from '../backbone.ts';
import { exit, UserError } from '../command.ts';
import { onInterrupt } from '../interrupt.ts';
import { formatCount } from '../numbers.ts';
import { print, printProgress } from '../print.ts';
import { readFileOrStdin } from '../read-file.ts';
import { visible } from '../visible.ts';

export const summary = 'Send the products, customers or stock counts of a CSV file';

const kinds: Readonly<Record<string, Stream>> = {
  products: streams.products,
  customers: streams.customers,
  counts: streams.stockCounts,
};

const columnsIn = ({ event }: Stream): string =>
  columnsOf(event)
    .map(({ name, optional }) => (optional ? `[${name}]` : name))
    .join(', ');

export const usage = `
Usage: npx tillstream import products|customers|counts FILE [options]

Reads each row as the consumer will, says all that is wrong by line and column, and sends nothing unless every row is good.
Then it sends them to the topic, and waits until its consumer has dealt with them. A product or customer replaces what was there of its id; a count sets
what is on hand as of its time, and movements after that stay. Sent again, the same file changes nothing that one sees. FILE is - for stdin. UTF-8; the first row names the columns; cells are parted by comma,
semicolon or tab, and quoted as RFC 4180 says.

  products    ${columnsIn(streams.products)}
  customers   ${columnsIn(streams.customers)}
  counts      ${columnsIn(streams.stockCounts)}

It sends to Kafka itself, which of an environment in AWS only its own network reaches: there, send from within it, as the shop's systems do.

  --dry-run   read the file and send nothing
  --skip-bad  send the good rows; without it, a wrong one keeps all from being sent
  --json      print {"rows", "sent", "refused", "faults"}

Exit code 0: all rows are in, or would be. 1: something is wrong with some.
`;

export interface ImportCommand {
  readonly kind: string;
  readonly file: string;
  readonly dryRun: boolean;
  readonly skipBad: boolean;
  readonly json: boolean;
}

/** @throws UserError naming what is wrong */
export function readArguments(args: readonly string[]): ImportCommand {
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: {
      'dry-run': { type: 'boolean', default: false },
      'skip-bad': { type: 'boolean', default: false },
      json: { type: 'boolean', default: false },
    },
  });
  const [kind = '', file, ...more] = positionals;
  if (!Object.hasOwn(kinds, kind) || file === undefined || more.length > 0)
    throw new UserError(
      `Expected what to import (${Object.keys(kinds).join(', ')}) and a file, got ${positionals.join(' ') || 'neither'}.`,
    );
  return { kind, file, dryRun: values['dry-run'], skipBad: values['skip-bad'], json: values.json };
}

/** The consumer has 60 s for a batch of 10,000. */
const WITHIN_MS = 300_000;

export async function run(args: string[]): Promise<number> {
  const { kind, file, dryRun, skipBad, json } = readArguments(args);
  const stream = kinds[kind] as Stream;
  const read = readImport(stream, await readFileOrStdin(file));
  const isGood = read.faults.length === 0;
  const sends = !dryRun && read.records.length > 0 && (isGood || (skipBad && !read.isUseless));
  if (!json) for (const line of describeFaults(file, read.faults)) print(line);
  const done = sends ? await send(stream, read) : { sent: 0, refused: 0, hint: undefined };
  const { hint, ...sent } = done;
  print(
    json
      ? JSON.stringify({ rows: read.rows, ...sent, faults: read.faults })
      : [describe(kind, read, sent, dryRun), ...(hint ? [hint] : [])].join('\n'),
  );
  return isGood && sent.refused === 0 ? exit.ok : exit.no;
}

async function send(stream: Stream, { records }: ReadImport): Promise<Sent & { readonly hint: string | undefined }> {
  const stop = onInterrupt();
  try {
    return await withBackbone(async (backbone) => {
      const onProgress = (sent: number) => printProgress(`${formatCount(sent)} of ${formatCount(records.length)} sent`);
      const sent = await sendImport(backbone, stream, records, { within: WITHIN_MS, onProgress, signal: stop.signal });
      printProgress('');
      if (stream !== streams.products) return { ...sent, hint: undefined };
      const plan = await planRedrive(backbone, { filter: { reason: 'unknown_product' } });
      return { ...sent, hint: hintOf(plan.ids.length - (plan.refusedAgain.unknown_product ?? 0)) };
    });
  } finally {
    stop.off();
  }
}

const hintOf = (letters: number): string | undefined =>
  letters > 0
    ? `Of dead letters, ${formatCount(letters)} can come back now that their products are there: npx tillstream redrive --reason unknown_product`
    : undefined;

/** Lines on the screen; --json has all. */
const SHOWN = 50;

export function describeFaults(file: string, faults: readonly ImportFault[]): string[] {
  const lines = faults
    .slice(0, SHOWN)
    .map(({ line, column, message }) =>
      visible(`${file}:${line}: ${column === undefined ? '' : `${column}: `}${message}`),
    );
  return faults.length > SHOWN
    ? [...lines, `… and ${formatCount(faults.length - SHOWN)} more; --json has all.`]
    : lines;
}

export function describe(
  kind: string,
  { rows, records, faults }: ReadImport,
  { sent, refused }: Sent,
  dryRun: boolean,
): string {
  const wrong = faults.length > 0 ? `, ${formatCount(faults.length)} faults` : '';
  const found = `${formatCount(rows)} ${kind}: ${formatCount(records.length)} good${wrong}.`;
  if (dryRun) return `${found} Nothing was sent (--dry-run).`;
  if (sent === 0) return `${found} Nothing was sent${faults.length > 0 ? ': mend the file, or --skip-bad' : ''}.`;
  const letters = refused > 0 ? `, ${formatCount(refused)} became dead letters` : '';
  // An older one, and one that was there, leave the stock as it is.
  const became = kind === 'counts' ? 'are in, of which the newest of each product holds' : 'took effect';
  return `${found} ${formatCount(sent - refused)} ${became}${letters}.`;
}
