/** `npx tillstream add-field`: the migration of a field that a stream's description got. */
import { parseArgs } from 'node:util';
import { addField } from '#operations/new-stream/add-field.ts';
import { Refused } from '#operations/new-stream/plan.ts';
import { exit, UserError } from '../command.ts';
import { print } from '../print.ts';

export const summary = 'Write the migration of a field that a stream got';

export const usage = `
Usage: npx tillstream add-field STREAM FIELD [--dry-run]

Writes the migration of a field that you have added to the stream's description (domain/streams/), such as orders channel: its table gets
a column, and the proof counts it from then on, while older rows stay as they were. docs/add-a-field.md goes through it.

  --dry-run   print what would be written, and write nothing
`;

export interface AddFieldCommand {
  readonly topic: string;
  readonly field: string;
  readonly dryRun: boolean;
}

/** @throws UserError naming what is wrong */
export function readArguments(args: readonly string[]): AddFieldCommand {
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: { 'dry-run': { type: 'boolean', default: false } },
  });
  const [topic, field, ...more] = positionals;
  if (topic === undefined || field === undefined || more.length > 0)
    throw new UserError(`add-field takes a stream and one of its fields, got ${positionals.join(' ') || 'none'}.`);
  return { topic, field, dryRun: values['dry-run'] };
}

export async function run(args: string[]): Promise<number> {
  const { topic, field, dryRun } = readArguments(args);
  try {
    const file = addField(topic, field, { dryRun });
    if (!file) print(`${topic} keeps its records as they come: ${field} takes no migration.`);
    else print(dryRun ? `── ${file.path}\n${file.text}` : wrote(file.path));
    return exit.ok;
  } catch (error) {
    if (error instanceof Refused) throw new UserError(error.message);
    throw error;
  }
}

const wrote = (path: string): string => `Wrote ${path}.

Next:
  1. npm test -- unit columns-by-hand    names the files that list the stream's fields by hand, if there are any
  2. npm run docs:reference; npm run docs:er
docs/add-a-field.md has the rest.`;
