import { readFile } from 'node:fs/promises';
import { userInfo } from 'node:os';
import { buffer } from 'node:stream/consumers';
import { parseArgs } from 'node:util';
import { reasons } from '#domain/dead-letters.ts';
import { LONGEST_NAME } from '#domain/given-text.ts';
import type { RedriveResult } from '#functions/redrive-dead-letters/redrive.ts';
import type { Relayed } from '#functions/relay-outbox/relay.ts';
import type { StackStatus } from '#localstack/stack/status.ts';
import { exit, UserError } from '../command.ts';
import { readText } from '../given.ts';
import { invoke } from '../invoke.ts';
import { readIds } from '../numbers.ts';
import { print } from '../print.ts';
import { runningStack, withDatabase } from '../running-stack.ts';
import { readTopic } from '../topics.ts';
import { inOneLine } from '../visible.ts';

export const summary = 'Send dead letters back to their topic, each once';

export const usage = `
Usage: npx tillstream redrive ID [ID…] [--value FILE] [--by NAME] [--dry-run] [--json]
       npx tillstream redrive --reason CODE [--topic TOPIC] [--by NAME] [--dry-run] [--json]

Sends the records back to their topics, with their keys and headers plus a header tillstream-redrive with the dead letter's
id. Who did it, and when, is recorded: npx tillstream dead-letters show ID.

  --reason CODE    all dead letters with this reason that were not sent back before
  --topic TOPIC    … of this topic only
  --value FILE     send this instead of the original value; - is stdin. For one dead letter only
  --by NAME        who sends them (default: your user name on this machine)
  --dry-run        print what would be sent, and send nothing

Reasons: ${Object.keys(reasons).join(', ')}
Exit code: 0 if every dead letter was sent, 1 if one had been sent before or does not exist.
`;

/** Ids that one call of the function takes. */
const MOST_AT_ONCE = 1_000;

export async function run(args: string[]): Promise<number> {
  const { values, positionals } = parseArgs({
    args,
    allowPositionals: true,
    options: {
      reason: { type: 'string' },
      topic: { type: 'string' },
      value: { type: 'string' },
      by: { type: 'string', default: userInfo().username },
      'dry-run': { type: 'boolean', default: false },
      json: { type: 'boolean', default: false },
    },
  });
  const chosen = readIds(positionals, 'a dead letter');
  if (chosen.length > 0 === (values.reason !== undefined))
    throw new UserError('Expected either ids of dead letters or --reason. See: npx tillstream redrive --help');
  if (values.topic !== undefined && values.reason === undefined)
    throw new UserError('--topic goes with --reason; an id already implies its topic.');
  if (values.reason !== undefined && !Object.hasOwn(reasons, values.reason))
    throw new UserError(`There is no reason ${values.reason}. The reasons are: ${Object.keys(reasons).join(', ')}`);
  if (values.value !== undefined && chosen.length !== 1)
    throw new UserError(`--value is for one dead letter, not for ${chosen.length || 'all of a reason'}.`);
  const topic = readTopic(values.topic);
  const by = readText('--by', values.by, LONGEST_NAME);
  const editedValue = values.value === undefined ? undefined : (await readValue(values.value)).toString('base64');

  const stack = await runningStack();
  const ids = values.reason === undefined ? chosen : await find(stack, values.reason, topic);
  const results: RedriveResult[] = [];
  for (let from = 0; from < ids.length; from += MOST_AT_ONCE)
    results.push(
      await invoke<RedriveResult>(stack, 'redrive-dead-letters', {
        dead_letter_ids: ids.slice(from, from + MOST_AT_ONCE),
        redriven_by: by,
        edited_value: editedValue,
        dry_run: values['dry-run'],
      }),
    );
  const result = {
    redriven: results.flatMap(({ redriven }) => redriven),
    already: results.flatMap(({ already }) => already),
    unknown: results.flatMap(({ unknown }) => unknown),
    dry_run: values['dry-run'],
  };
  const sent = result.redriven.length > 0 && !result.dry_run;
  const relayed = sent ? await relay(stack) : undefined;
  print(values.json ? JSON.stringify({ ...result, relayed }) : describeResult(result, relayed));
  return result.already.length + result.unknown.length === 0 ? exit.ok : exit.no;
}

type Outcome = Pick<Relayed, 'outcome'> | { readonly outcome: 'failed'; readonly why: string };

/** The records are in the outbox by now and go out within a minute, so a failure here loses nothing. */
const relay = (stack: StackStatus): Promise<Outcome> =>
  invoke<Relayed>(stack, 'relay-outbox', {}).catch(({ message }: Error) => ({ outcome: 'failed', why: message }));

const readValue = (file: string): Promise<Buffer> =>
  file === '-'
    ? buffer(process.stdin)
    : readFile(file).catch((cause: Error) => {
        throw new UserError(`--value ${file} can't be read: ${cause.message}`, { cause });
      });

/** Ids of dead letters that were not sent back before, the oldest first. */
async function find(stack: StackStatus, reason: string, topic: string | undefined): Promise<number[]> {
  const { rows } = await withDatabase(stack, (pool) =>
    pool.query<{ id: number }>(
      `select dead_letter_id as id
       from ledger.dead_letters as letter
       join ledger.deliveries as delivery using (delivery_id)
       left join ledger.redrives using (dead_letter_id)
       where delivery.state = 'committed' and redrive_id is null
         and reason = $1 and ($2::text is null or letter.topic = $2)
       order by dead_letter_id`,
      [reason, topic ?? null],
    ),
  );
  return rows.map(({ id }) => id);
}

export function describeResult(
  { redriven, already, unknown, dry_run }: RedriveResult,
  relayed: Outcome | undefined,
): string {
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
