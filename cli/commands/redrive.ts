import { parseArgs } from 'node:util';
import { reasons } from '#domain/dead-letters.ts';
import { LONGEST_NAME } from '#domain/given-text.ts';
import { unsentLetters } from '#operations/dead-letters.ts';
import { planRedrive, type RedrivePlan } from '#operations/letters/plan.ts';
import { type Redrive, redrive } from '#operations/redrive.ts';
import { withBackbone } from '../backbone.ts';
import { exit, UserError } from '../command.ts';
import { readText } from '../given.ts';
import { readIds } from '../numbers.ts';
import { print } from '../print.ts';
import { readFileOrStdin } from '../read-file.ts';
import { readReason, readTopic } from '../topics.ts';
import { inOneLine } from '../visible.ts';
import { whoActs } from '../who.ts';

export const summary = 'Send dead letters back to their topic, each once';

export const environments = true;

export const usage = `
Usage: npx tillstream redrive ID [ID…] [--value FILE] [--by NAME] [--dry-run] [--json]
       npx tillstream redrive --reason CODE [--topic TOPIC] [--by NAME] [--dry-run] [--json]

Sends the records back to their topics, with their keys and headers plus a header tillstream-redrive with the dead letter's
id. Who did it, and when, is recorded: npx tillstream dead-letters show ID.

  --reason CODE    all dead letters with this reason that were not sent back before
  --topic TOPIC    … of this topic only
  --value FILE     send this instead of the original value; - is stdin. For one dead letter only
  --by NAME        who sends them (default: your user name on this machine, or your AWS login)
  --dry-run        print what would be sent, and how much of it would be refused again; send nothing

Reasons: ${Object.keys(reasons).join(', ')}
Exit code: 0 if every dead letter was sent, 1 if one had been sent before or does not exist.
`;

export async function run(args: string[]): Promise<number> {
  const { values, positionals } = parseArgs({
    args,
    allowPositionals: true,
    options: {
      reason: { type: 'string' },
      topic: { type: 'string' },
      value: { type: 'string' },
      by: { type: 'string' },
      'dry-run': { type: 'boolean', default: false },
      json: { type: 'boolean', default: false },
    },
  });
  const chosen = readIds(positionals, 'a dead letter');
  if (chosen.length > 0 === (values.reason !== undefined))
    throw new UserError('Expected either ids of dead letters or --reason. See: npx tillstream redrive --help');
  if (values.topic !== undefined && values.reason === undefined)
    throw new UserError('--topic goes with --reason; an id already implies its topic.');
  const reason = readReason(values.reason);
  if (values.value !== undefined && chosen.length !== 1)
    throw new UserError(`--value is for one dead letter, not for ${chosen.length || 'all of a reason'}.`);
  const topic = readTopic(values.topic);
  const by = readText('--by', values.by ?? (await whoActs()), LONGEST_NAME);
  const editedValue = values.value === undefined ? undefined : await readFileOrStdin(values.value, '--value');
  const options = { by, editedValue, dryRun: values['dry-run'] };

  const { result, refusedAgain } = await withBackbone(async (backbone) => {
    const ids = reason ? await unsentLetters(backbone, { reason, topic }) : chosen;
    const result = await redrive(backbone, ids, options);
    if (!options.dryRun || editedValue) return { result };
    return { result, refusedAgain: (await planRedrive(backbone, { ids })).refusedAgain };
  });
  if (values.json) print(JSON.stringify({ ...result, refused_again: refusedAgain }));
  else print([describeResult(result), ...describeRefusals(refusedAgain)].join('\n'));
  return result.already.length + result.unknown.length === 0 ? exit.ok : exit.no;
}

/** What sending them as they are would only bring back. */
export const describeRefusals = (refusedAgain: RedrivePlan['refusedAgain'] = {}): string[] =>
  Object.entries(refusedAgain).map(
    ([reason, letters]) => `${counted(letters)} of these would be refused again: ${reason}.`,
  );

export function describeResult({ redriven, already, unknown, dry_run, relayed }: Redrive): string {
  const topics = [...Map.groupBy(redriven, ({ topic }) => topic)];
  const lines = topics.map(
    ([topic, letters]) => `${dry_run ? 'Would send' : 'Sent'} ${counted(letters.length)} back to ${topic}.`,
  );
  const before = already.map(
    ({ dead_letter_id, redriven_by, redriven_at }) =>
      `Dead letter ${dead_letter_id} was sent back before: ${redriven_at} by ${inOneLine(redriven_by)}.`,
  );
  const missing = unknown.map((id) => `There is no dead letter ${id}.`);
  const later = relayed?.outcome === 'busy' ? ['Another relay is publishing the outbox and will send them.'] : [];
  if (relayed?.outcome === 'failed')
    later.push(
      `They wait in the outbox until the next run of relay-outbox, within a minute. ${inOneLine(relayed.why)}`,
    );
  const all = [...lines, ...before, ...missing, ...later];
  return all.length > 0 ? all.join('\n') : 'No dead letters to send back.';
}

const counted = (letters: number): string => `${letters} dead letter${letters === 1 ? '' : 's'}`;
