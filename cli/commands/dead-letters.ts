import { parseArgs } from 'node:util';
import { reasons } from '#domain/dead-letters.ts';
import { exit, UserError } from '../command.ts';
import { isTooLarge, valueInKafka, withBeginning } from '../left-out.ts';
import { readIds, readWholeNumber } from '../numbers.ts';
import { print, printBytes, printError } from '../print.ts';
import { runningStack, withDatabase, withKafka } from '../running-stack.ts';
import { facts, table } from '../table.ts';
import { readTopic } from '../topics.ts';

export const summary = 'List and show records that could not be used';

export const usage = `
Usage: npx tillstream dead-letters [list] [--reason CODE] [--topic TOPIC] [--limit N] [--json]
       npx tillstream dead-letters show ID [--json]
       npx tillstream dead-letters value ID
       npx tillstream dead-letters reasons [--json]

  list       the newest first, 20 unless --limit says otherwise
  show       one dead letter with its whole record; of one that is too_large, the beginning of what Kafka has
  value      its value, byte for byte if it goes to a file or a pipe; of one that is too_large, from Kafka
  reasons    the number of dead letters by reason

npx tillstream redrive sends a dead letter back to its topic; the list then shows when, and who did it.

Reasons: ${Object.keys(reasons).join(', ')}
`;

interface Letter {
  readonly id: number;
  readonly topic: string;
  readonly partition: number;
  readonly offset: number;
  readonly reason: keyof typeof reasons;
  readonly message: string;
  readonly consumer: string;
  readonly failed_at: Date;
  readonly key: Buffer | null;
  readonly value: Buffer | null;
  readonly headers: readonly { readonly name: string; readonly value: string }[];
  readonly redriven_at: Date | null;
  readonly redriven_by: string | null;
  /** Sent instead of the value. */
  readonly edited_value: Buffer | null;
}

const LETTERS = `
  select dead_letter_id as id, letters.topic, letters.partition, record_offset as "offset", reason, message,
    letters.consumer, failed_at, record_key as key, record_value as value, headers,
    redriven_at, redriven_by, edited_value
  from ledger.dead_letters as letters
  join ledger.deliveries using (delivery_id)
  left join ledger.redrives using (dead_letter_id)
  where deliveries.state = 'committed'`;

export async function run(args: string[]): Promise<number> {
  const { values, positionals } = parseArgs({
    args,
    allowPositionals: true,
    options: {
      reason: { type: 'string' },
      topic: { type: 'string' },
      limit: { type: 'string', default: '20' },
      json: { type: 'boolean', default: false },
    },
  });
  if (values.reason !== undefined && !Object.hasOwn(reasons, values.reason))
    throw new UserError(`There is no reason ${values.reason}. The reasons are: ${Object.keys(reasons).join(', ')}`);
  const topic = readTopic(values.topic);
  const limit = readWholeNumber('--limit', values.limit, { min: 1, max: 9_999_999 });
  const [action = 'list', id] = positionals;
  if (action === 'show') return show(await withItsBeginning(await one()), values.json);
  if (action === 'value') return writeValue(await one());
  if (action === 'list') return list(await many(), values.json);
  if (action === 'reasons') return count(await counted(), values.json);
  throw new UserError(`There is no action ${action}. See: npx tillstream dead-letters --help`);

  async function many() {
    const query = `${LETTERS} and ($1::text is null or reason = $1) and ($2::text is null or letters.topic = $2)
      order by dead_letter_id desc limit $3`;
    return rowsOf<Letter>(query, values.reason ?? null, topic ?? null, limit);
  }

  async function one() {
    if (id === undefined) throw new UserError(`\`dead-letters ${action}\` takes the id of a dead letter`);
    const [letter] = await rowsOf<Letter>(`${LETTERS} and dead_letter_id = $1`, ...readIds([id], 'a dead letter'));
    return letter;
  }

  async function counted() {
    const query = `select reason, count(*) as letters from (${LETTERS}) as letters group by reason order by reason`;
    return rowsOf<{ reason: Letter['reason']; letters: number }>(query);
  }
}

async function withItsBeginning(letter: Letter | undefined): Promise<Letter | undefined> {
  if (!letter || !isTooLarge(letter)) return letter;
  const { kafka } = await runningStack();
  return withKafka(kafka.bootstrapServers, (connection) => withBeginning(connection, letter));
}

async function writeValue(letter: Letter | undefined): Promise<number> {
  if (!letter) return noLetter();
  const { kafka } = await runningStack();
  const value = isTooLarge(letter)
    ? await withKafka(kafka.bootstrapServers, (connection) => valueInKafka(connection, letter))
    : letter.value;
  if (value) printBytes(value, textOf(value));
  return exit.ok;
}

function noLetter(): number {
  printError('There is no dead letter with that id.');
  return exit.no;
}

async function rowsOf<Row extends object>(query: string, ...parameters: readonly unknown[]): Promise<Row[]> {
  const stack = await runningStack();
  return withDatabase(stack, async (pool) => (await pool.query<Row>(query, [...parameters])).rows);
}

function list(letters: readonly Letter[], json: boolean): number {
  if (json) print(JSON.stringify(letters.map(toJson)));
  else if (letters.length === 0) print('No dead letters.');
  else
    print(
      table(
        ['id', 'topic', 'partition', 'offset', 'reason', 'redriven', 'message'],
        letters.map(({ id, topic, partition, offset, reason, redriven_at, redriven_by, message }) => [
          id,
          topic,
          partition,
          offset,
          reason,
          redriven_at ? `${redriven_at.toISOString().slice(0, 16)}Z by ${redriven_by}` : '',
          message.length > 100 ? `${message.slice(0, 100)}…` : message,
        ]),
      ),
    );
  return exit.ok;
}

function show(letter: Letter | undefined, json: boolean): number {
  if (!letter) return noLetter();
  if (json) {
    print(JSON.stringify(toJson(letter)));
    return exit.ok;
  }
  print(describeLetter(letter));
  return exit.ok;
}

export function describeLetter(letter: Letter): string {
  const { value, edited_value, ...fields } = toJson(letter);
  const record = `${facts({ ...fields, meaning: reasons[letter.reason] })}\n\n${value ?? '(no value)'}`;
  return edited_value === null ? record : `${record}\n\nSent back as:\n\n${edited_value}`;
}

function count(rows: readonly { reason: Letter['reason']; letters: number }[], json: boolean): number {
  if (json) print(JSON.stringify(rows.map((row) => ({ ...row, meaning: reasons[row.reason] }))));
  else if (rows.length === 0) print('No dead letters.');
  else
    print(
      table(
        ['reason', 'letters', 'meaning'],
        rows.map(({ reason, letters }) => [reason, letters, reasons[reason]]),
      ),
    );
  return exit.ok;
}

/** Bytes that are not UTF-8 are shown as base64, so that nothing is invented. */
function toJson({ key, value, headers, failed_at, redriven_at, redriven_by, edited_value, ...rest }: Letter) {
  return {
    ...rest,
    failed_at: failed_at.toISOString(),
    key: text(key),
    value: text(value),
    headers: headers.map(({ name }) => name).join(', '),
    redriven_at: redriven_at?.toISOString() ?? null,
    redriven_by,
    edited_value: text(edited_value),
  };
}

const text = (bytes: Buffer | null): string | null => (bytes === null ? null : textOf(bytes));

export function textOf(value: Uint8Array): string {
  const bytes = Buffer.from(value);
  const utf8 = bytes.toString('utf8');
  return Buffer.from(utf8).equals(bytes) ? utf8 : `base64:${bytes.toString('base64')}`;
}
