/** `npx tillstream new-stream`: adds a stream of the shop's own to this checkout. */
import { parseArgs } from 'node:util';
import { newStream, writeMigration } from '#operations/new-stream/new-stream.ts';
import { type NewFile, Refused } from '#operations/new-stream/plan.ts';
import { exit, UserError } from '../command.ts';
import { print } from '../print.ts';

export const summary = 'Add a stream of your own: its description, test and migration';

const sinks = ['table', 'lake', 'both'] as const;

export const usage = `
Usage: npx tillstream new-stream NAME [--sink table|lake|both] [--key FIELD] [--dry-run]
       npx tillstream new-stream NAME --migration [--dry-run]

Writes domain/streams/NAME.ts, which describes the stream and is to be edited, a test beside it, and the stream's migration; and names
the stream in domain/streams.ts. Topic, function, dead letters, table or objects in the lake, page and proof follow from the
description. NAME is the topic: lower-case letters, digits and underscores, such as refunds. docs/add-a-stream.md goes through it.

  --sink table   each record becomes a row of streams.NAME, once (default)
  --sink lake    the records become Parquet objects in raw/NAME of the lake
  --sink both    both of these
  --key FIELD    the field that keys the records in Kafka (default: user_id)
  --migration    write the migration anew, to match the description as it is now. Once it has been applied where its data matters,
                 a change of the table is a migration of its own
  --dry-run      print what would be written, and write nothing
`;

export interface NewStreamCommand {
  readonly topic: string;
  readonly sink: (typeof sinks)[number];
  readonly key: string;
  readonly migration: boolean;
  readonly dryRun: boolean;
}

/** @throws UserError naming what is wrong */
export function readArguments(args: readonly string[]): NewStreamCommand {
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: {
      sink: { type: 'string' },
      key: { type: 'string' },
      migration: { type: 'boolean', default: false },
      'dry-run': { type: 'boolean', default: false },
    },
  });
  const [topic, ...more] = positionals;
  if (topic === undefined || more.length > 0)
    throw new UserError(`new-stream takes the name of one stream, got ${positionals.join(' ') || 'none'}.`);
  if (values.migration && (values.sink ?? values.key) !== undefined)
    throw new UserError('--migration follows the description: edit it there, and leave --sink and --key out.');
  const sink = sinks.find((each) => each === (values.sink ?? 'table'));
  if (!sink) throw new UserError(`--sink: expected ${sinks.join(', ')}, got "${values.sink}"`);
  const { key = 'user_id', migration, 'dry-run': dryRun } = values;
  return { topic, sink, key, migration, dryRun };
}

export async function run(args: string[]): Promise<number> {
  const command = readArguments(args);
  const { topic, migration, dryRun } = command;
  try {
    const { files } = migration ? writeMigration(topic, command) : await newStream(command, command);
    if (dryRun) print(files.map(({ path, text }) => `── ${path}\n${text}`).join('\n') || unchanged(topic));
    else print(migration ? describeMigration(topic, files) : describeStream(topic, files));
    return exit.ok;
  } catch (error) {
    if (error instanceof Refused) throw new UserError(error.message);
    throw error;
  }
}

const unchanged = (topic: string): string => `The migration of ${topic} is as its description says.`;

const describeMigration = (topic: string, [file]: readonly NewFile[]): string =>
  file ? `Wrote ${file.path}, as the description says.` : unchanged(topic);

const describeStream = (topic: string, files: readonly NewFile[]): string =>
  `Wrote:
${files.map(({ path }) => `  ${path}`).join('\n')}

Next:
  1. Edit ${files[0]?.path}: the fields as your systems send them. The record in the test beside it, too.
  2. npx tillstream new-stream ${topic} --migration    brings the migration up to date with them
  3. npm test -- unit ${topic.replaceAll('_', '-')}
  4. npm start -- --no-simulator, and then, beside it:
     npx tillstream produce --example ${topic}    sends a record
     npx tillstream proof
docs/add-a-stream.md has the rest.`;
