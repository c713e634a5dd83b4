import { parseArgs } from 'node:util';
import { DAG, type IndexState, lookAtPayments, type PaymentsLook, type Waiting } from '#operations/payments/look.ts';
import { withBackbone } from '../backbone.ts';
import { exit, UserError } from '../command.ts';
import { formatCount } from '../numbers.ts';
import { print } from '../print.ts';
import { facts, table } from '../table.ts';

export const summary = 'Show the payments by the hour: how many, how late, and what waits';

export const environments = true;

export const usage = `
Usage: npx tillstream payments [--json]

Of the 48 hours up to the newest with payments: how many were made in each, how many of them came late (120 s after they were made, unless
late.after_seconds of the configuration says otherwise) and whether the alert names the hour; how long they took; which hours wait to be transformed and indexed; and whether the index
equals the view, as the last proof that compared them says, and the last that compared all hours, as one does each night.

  --json     {"hours", "lateAfterSeconds", "latencies", "alert", "toTransform", "toIndex", "transformedAt", "comparedAt", "index",
             "wholeIndex"}
`;

export async function run(args: string[]): Promise<number> {
  const { values, positionals } = parseArgs({
    args,
    allowPositionals: true,
    options: { json: { type: 'boolean', default: false } },
  });
  if (positionals.length > 0) throw new UserError(`payments takes no argument, got ${positionals.join(' ')}`);
  const look = await withBackbone((backbone) => lookAtPayments(backbone));
  print(values.json ? JSON.stringify(look) : describe(look));
  return exit.ok;
}

export function describe(look: PaymentsLook): string {
  const {
    hours,
    lateAfterSeconds,
    latencies,
    alert,
    toTransform,
    toIndex,
    transformedAt,
    comparedAt,
    index,
    wholeIndex,
  } = look;
  const rows = hours.map(({ hour, payments, late, ratio, isLate }) => [
    ...[hour, payments, late, `${(ratio * 100).toFixed(2)} %`],
    isLate ? 'too many late' : '',
  ]);
  const took = [...latencies, null].map((_, at) => hours.reduce((sum, hour) => sum + (hour.took[at] ?? 0), 0));
  return [
    ...(rows.length > 0
      ? [table(['hour', 'payments', 'late', 'share', ''], rows), '']
      : ['No payment was transformed yet.', '']),
    ...(rows.length > 0
      ? [
          table(
            ['took', 'payments'],
            took.map((payments, at) => [classOf(latencies, at), payments]),
          ),
          '',
        ]
      : []),
    facts({
      late: `more than ${formatCount(lateAfterSeconds)} s after they were made`,
      alert: `over ${Number((alert.ratio * 100).toFixed(4))} % of an hour, from ${alert.from} late ones on, or over ${formatCount(alert.count)} in all`,
      'to transform': sayWaiting(toTransform),
      'to index': sayWaiting(toIndex),
      transformed: transformedAt,
      'index compared': comparedAt,
      'index = view': sayIndex(index),
      'in all hours': sayIndex(wholeIndex),
    }),
    ...new Set([...(index?.where ?? []), ...(wholeIndex?.where ?? [])].map((where) => `  ${where}`)),
    ...(toTransform.hours + toIndex.hours > 0 ? ['', `The DAG ${DAG} takes what waits, every hour.`] : []),
  ].join('\n');
}

/** Such as "up to 2 s". */
export const classOf = (latencies: readonly number[], at: number): string => {
  const bound = latencies[at];
  if (bound === undefined) return `over ${latencies.at(-1)} s`;
  return bound === 0 ? '0 s or less' : `up to ${bound} s`;
};

function sayIndex(index: IndexState | null): string {
  if (!index) return 'not compared';
  const { equal, all, provedAt } = index;
  const where = all ? 'all hours' : 'the hours that changed';
  return `${equal ? `yes, in ${where}` : 'no'}, as proved at ${provedAt}`;
}

const sayWaiting = ({ hours, since }: Waiting): string =>
  hours === 0 ? 'nothing' : `${formatCount(hours)} hours, since ${since}`;
