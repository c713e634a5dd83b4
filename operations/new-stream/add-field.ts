/** Writes the migration of a field that a stream's description got. */
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { inRepository } from '#adapters/repository.ts';
import { columnsOf } from '#domain/columns.ts';
import { isoSeconds } from '#domain/required-from.ts';
import { catalogue, type Stream } from '#domain/streams.ts';
import { fieldMigration, tablesOf } from './field-migration.ts';
import { hasColumn } from './has-column.ts';
import { type NewFile, Refused } from './plan.ts';

const FOLDER = 'sql/migrations';

/**
 * @param dryRun writes nothing
 * @returns undefined if the field takes no migration
 * @throws Refused
 */
export function addField(topic: string, field: string, { dryRun }: { readonly dryRun: boolean }): NewFile | undefined {
  const stream = catalogue.find((each) => each.topic === topic);
  if (!stream)
    throw new Refused(`Expected a stream (${catalogue.map((each) => each.topic).join(', ')}), got ${topic}.`);
  refusePast(stream, field, Date.now());
  const migrations = readdirSync(inRepository(FOLDER)).filter((name) => name.endsWith('.sql'));
  const file = fieldMigration(stream, field, { migrations });
  if (!file) return undefined;
  const before = migrations.find((name) => name.replace(/^\d+_/, '') === `${topic}_${field}.sql`);
  if (before) throw new Refused(`There is ${FOLDER}/${before} already. Remove it to have it written anew.`);
  refuseTaken(stream, field, migrations);
  if (!dryRun) writeFileSync(inRepository(file.path), file.text);
  return file;
}

/**
 * @param now in milliseconds since 1970
 * @throws Refused
 */
export function refusePast({ topic, event }: Pick<Stream, 'topic' | 'event'>, field: string, now: number): void {
  const since = columnsOf(event).find(({ name }) => name === field)?.requiredFrom;
  if (since !== undefined && since <= now)
    throw new Refused(
      `Expected a time that is yet to come, got ${topic}.${field}, which is required from ${isoSeconds(since)} on: the records that came ` +
        'since then without it would be dead letters when they are read again. Give a later one.',
    );
}

/** A column can't be added twice: the next deployment would stop at it. */
function refuseTaken(stream: Stream, field: string, migrations: readonly string[]): void {
  const { table = '' } = tablesOf(stream) ?? {};
  const has = (name: string) => hasColumn(readFileSync(inRepository(`${FOLDER}/${name}`), 'utf8'), table, field);
  const made = migrations.find(has);
  if (made)
    throw new Refused(`${table} has a column ${field} already, by ${FOLDER}/${made}: the field takes no migration.`);
}
