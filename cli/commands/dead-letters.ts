import { parseArgs } from 'node:util';
import { reasons } from '#domain/dead-letters.ts';
import {
  countDeadLetters,
  deadLetter,
  deadLetters,
  type Letter,
  type LettersOfReason,
  wholeValue,
} from '#operations/dead-letters.ts';
import { type InKafka, isTooLarge, lookUp, tooLargeToUnpack } from '#operations/left-out.ts';
import { type Checked, checkValue } from '#operations/letters/check.ts';
import { type LetterState, letterStates } from '#operations/letters/filter.ts';
import { withBackbone } from '../backbone.ts';
import { exit, UserError } from '../command.ts';
import { readMoment } from '../moment.ts';
import { readId, readWholeNumber } from '../numbers.ts';
import { print, printBytes, printError } from '../print.ts';
import { readFileOrStdin } from '../read-file.ts';
import { facts, table } from '../table.ts';
import { readReason, readTopic } from '../topics.ts';
import { inOneLine } from '../visible.ts';

export const summary = 'List and show records that could not be used';

export const environments = true;

export const usage = `
Usage: npx tillstream dead-letters [list] [--reason CODE] [--topic TOPIC] [--state STATE] [--since TIME] [--until TIME]
                                        [--text TEXT] [--after ID] [--limit N] [--json]
       npx tillstream dead-letters show ID [--json]
       npx tillstream dead-letters value ID
       npx tillstream dead-letters reasons [--json]
       npx tillstream dead-letters check FILE --topic TOPIC [--json]

  list       the newest first, 20 unless --limit says otherwise
  show       one dead letter with its whole record; of one that is too_large, the beginning of what Kafka has
  value      its value, byte for byte if it goes to a file or a pipe; of one that is too_large, from Kafka
  reasons    the number of dead letters by reason
  check      what the topic's consumer would make of the value in FILE (- is stdin): every problem, with its characters; sends nothing

  --state STATE    ${letterStates.join(', ')}: not sent back, or what became of it since
  --since, --until refused at this time or later, and before that: ISO 8601, UTC without a zone, such as 2026-11-30T09:31
  --text TEXT      in the message, key or value, as it is written there
  --after ID       go on behind this letter of an earlier list

npx tillstream redrive sends a dead letter back to its topic; the list then shows when, and who did it.

Reasons: ${Object.keys(reasons).join(', ')}
`;

export async function run(args: string[]): Promise<number> {
  const { values, positionals } = parseArgs({
    args,
    allowPositionals: true,
    options: {
      reason: { type: 'string' },
      topic: { type: 'string' },
      state: { type: 'string' },
      since: { type: 'string' },
      until: { type: 'string' },
      text: { type: 'string' },
      after: { type: 'string' },
      limit: { type: 'string', default: '20' },
      json: { type: 'boolean', default: false },
    },
  });
  const reason = readReason(values.reason);
  const topic = readTopic(values.topic);
  const limit = readWholeNumber('--limit', values.limit, { min: 1, max: 9_999_999 });
  const [action = 'list', ...ids] = positionals;
  if (action === 'show') return show(idOf(action, ids), values.json);
  if (action === 'value') return writeValue(idOf(action, ids));
  if (action === 'list') {
    const filter = {
      ...{ reason, topic, state: readState(values.state), text: values.text },
      ...{ since: readMoment('--since', values.since), until: readMoment('--until', values.until) },
    };
    const after = readWholeNumber('--after', values.after, { min: 1 });
    return list(await withBackbone((backbone) => deadLetters(backbone, filter, { after, limit })), values.json);
  }
  if (action === 'check') return check(ids[0], topic, values.json);
  if (action === 'reasons') return count(await withBackbone(countDeadLetters), values.json);
  throw new UserError(`There is no action ${action}. See: npx tillstream dead-letters --help`);
}

/** @throws UserError with the states that there are */
function readState(text: string | undefined): LetterState | undefined {
  if (text === undefined) return undefined;
  const state = letterStates.find((each) => each === text);
  if (state) return state;
  throw new UserError(`--state: expected one of ${letterStates.join(', ')}, got "${text}"`);
}

async function check(file: string | undefined, topic: string | undefined, json: boolean): Promise<number> {
  if (file === undefined || topic === undefined)
    throw new UserError('`dead-letters check` takes a file, and --topic. See: npx tillstream dead-letters --help');
  const value = await readFileOrStdin(file);
  const checked = await withBackbone((backbone) => checkValue(backbone, { topic, value }));
  print(json ? JSON.stringify(checked) : describeCheck(checked));
  return checked.usable ? exit.ok : exit.no;
}

export function describeCheck({ usable, consumer, problems, warnings, confirmed }: Checked): string {
  const lines = [
    ...(usable ? [`${consumer} would take it.`] : [`${consumer} would refuse it.`]),
    ...problems.map(
      ({ path, from, to, reason, message }) =>
        `✗ ${[...path, ''].join(': ')}${message} (${reason}${to > from ? `, characters ${from} to ${to}` : ''})`,
    ),
    ...confirmed.map((each) => `✓ ${each}`),
    ...warnings.map((each) => `! ${each}`),
  ];
  return lines.map(inOneLine).join('\n');
}

function idOf(action: string, [text]: readonly string[]): number {
  if (text === undefined) throw new UserError(`\`dead-letters ${action}\` takes the id of a dead letter`);
  return readId(text, 'a dead letter');
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

async function show(id: number, json: boolean): Promise<number> {
  const letter = await withBackbone(async (backbone) => {
    const found = await deadLetter(backbone, id);
    return found && isTooLarge(found) ? withBeginning(found, await lookUp(backbone, found)) : found;
  });
  if (!letter) return noLetter();
  print(json ? JSON.stringify(toJson(letter)) : describeLetter(letter));
  return exit.ok;
}

/** With its record's key, the beginning of its value, and a line on how to get the rest. */
export function withBeginning(letter: Letter, found: InKafka): Letter & { readonly in_kafka: string } {
  if (found.state === 'gone') return { ...letter, in_kafka: 'no longer: its time of retention has passed' };
  if (found.state === 'packed') return { ...letter, in_kafka: tooLargeToUnpack(found.bytes) };
  const { key, value, headers, bytes } = found;
  return {
    ...letter,
    key: key && Buffer.from(key),
    value: value && Buffer.from(value),
    headers: headers.map(({ name, value }) => ({ name, value: Buffer.from(value).toString('base64') })),
    in_kafka: `a value of ${bytes} bytes; npx tillstream dead-letters value ${letter.id} writes all of it`,
  };
}

async function writeValue(id: number): Promise<number> {
  const found = await withBackbone(async (backbone) => {
    const letter = await deadLetter(backbone, id);
    return letter && { value: await wholeValue(backbone, letter) };
  });
  if (!found) return noLetter();
  if (found.value) printBytes(found.value, textOf(found.value));
  return exit.ok;
}

function noLetter(): number {
  printError('There is no dead letter with that id.');
  return exit.no;
}

export function describeLetter(letter: Letter): string {
  const { value, edited_value, ...fields } = toJson(letter);
  const record = `${facts({ ...fields, meaning: reasons[letter.reason] })}\n\n${value ?? '(no value)'}`;
  return edited_value === null ? record : `${record}\n\nSent back as:\n\n${edited_value}`;
}

function count(rows: readonly LettersOfReason[], json: boolean): number {
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
