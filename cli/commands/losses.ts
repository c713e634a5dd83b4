import { parseArgs } from 'node:util';
import { LONGEST_NAME, LONGEST_REASON } from '#domain/given-text.ts';
import { type AcknowledgeResult, acknowledgeLosses, type Loss, losses } from '#operations/losses.ts';
import { withBackbone } from '../backbone.ts';
import { exit, UserError } from '../command.ts';
import { readText } from '../given.ts';
import { readIds } from '../numbers.ts';
import { print } from '../print.ts';
import { table } from '../table.ts';
import { inOneLine } from '../visible.ts';
import { whoActs } from '../who.ts';

export const summary = 'List records that Kafka removed unread, and acknowledge them';

export const environments = true;

export const usage = `
Usage: npx tillstream losses [list] [--json]
       npx tillstream losses acknowledge ID [ID…] --reason TEXT [--by NAME] [--dry-run] [--json]

A loss is a range of offsets that Kafka's retention removed before they were consumed. It unbalances the proof until somebody
acknowledges it and records why it is accepted; from then on the proof counts it in a check of its own. A loss can be
acknowledged once, and neither it nor the acknowledgement can be undone.

  --reason TEXT    why the loss is accepted, such as what was done about it
  --by NAME        who accepts it (default: your user name on this machine)
  --dry-run        print what would be acknowledged, and change nothing

Exit code: 0 if every loss was acknowledged, 1 if one had been acknowledged before or does not exist.
`;

export async function run(args: string[]): Promise<number> {
  const { values, positionals } = parseArgs({
    args,
    allowPositionals: true,
    options: {
      reason: { type: 'string' },
      by: { type: 'string' },
      'dry-run': { type: 'boolean', default: false },
      json: { type: 'boolean', default: false },
    },
  });
  const [action = 'list', ...ids] = positionals;
  if (action === 'acknowledge') return acknowledge(readIds(ids, 'a loss'), values);
  if (action !== 'list') throw new UserError(`There is no action ${action}. See: npx tillstream losses --help`);
  if (ids.length > 0 || values.reason !== undefined || values.by !== undefined || values['dry-run'])
    throw new UserError('`losses list` takes --json only. To acknowledge: npx tillstream losses acknowledge ID');
  return list(values.json);
}

async function list(json: boolean): Promise<number> {
  const all = await withBackbone(losses);
  print(json ? JSON.stringify(all) : describeLosses(all));
  return exit.ok;
}

interface Given {
  readonly reason?: string | undefined;
  readonly by?: string | undefined;
  readonly 'dry-run': boolean;
  readonly json: boolean;
}

async function acknowledge(lossIds: readonly number[], given: Given): Promise<number> {
  const { reason, by = await whoActs(), 'dry-run': dryRun, json } = given;
  if (lossIds.length === 0)
    throw new UserError('`losses acknowledge` takes the id of a loss. See: npx tillstream losses');
  const decision = {
    by: readText('--by', by, LONGEST_NAME),
    reason: readText('--reason', reason, LONGEST_REASON),
    dryRun,
  };
  const result = await withBackbone((backbone) => acknowledgeLosses(backbone, lossIds, decision));
  print(json ? JSON.stringify(result) : describeResult(result));
  return result.already.length + result.unknown.length === 0 ? exit.ok : exit.no;
}

export function describeLosses(losses: readonly Loss[]): string {
  if (losses.length === 0) return 'No losses.';
  const minute = (time: Date) => `${time.toISOString().slice(0, 16)}Z`;
  return table(
    ['id', 'consumer', 'topic', 'partition', 'offsets', 'records', 'found', 'acknowledged', 'reason'],
    losses.map(({ id, consumer, topic, partition, acknowledged_at, acknowledged_by, reason, ...loss }) => [
      id,
      consumer,
      topic,
      partition,
      `${loss.first_offset}-${loss.last_offset}`,
      loss.records,
      minute(loss.noticed_at),
      acknowledged_at ? `${minute(acknowledged_at)} by ${acknowledged_by}` : 'no',
      reason ?? '',
    ]),
  );
}

export function describeResult({ acknowledged, already, unknown, dry_run }: AcknowledgeResult): string {
  return [
    ...acknowledged.map(({ loss_id, topic, partition, first_offset, last_offset }) => {
      const loss = `loss ${loss_id}: ${topic} partition ${partition} offsets ${first_offset}-${last_offset}`;
      return `${dry_run ? 'Would acknowledge' : 'Acknowledged'} ${loss}.`;
    }),
    ...already.map(
      ({ loss_id, acknowledged_by, acknowledged_at, reason }) =>
        `Loss ${loss_id} was acknowledged before: ${acknowledged_at} by ${inOneLine(acknowledged_by)}: ${inOneLine(reason)}`,
    ),
    ...unknown.map((id) => `There is no loss ${id}. npx tillstream losses lists them.`),
  ].join('\n');
}
