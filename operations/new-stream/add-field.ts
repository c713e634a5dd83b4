/** Writes the migration of a field that a stream's description got. */
import { readdirSync, writeFileSync } from 'node:fs';
import { inRepository } from '#adapters/repository.ts';
import { catalogue } from '#domain/streams.ts';
import { fieldMigration } from './field-migration.ts';
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
  const migrations = readdirSync(inRepository(FOLDER)).filter((name) => name.endsWith('.sql'));
  const file = fieldMigration(stream, field, { migrations });
  if (!file) return undefined;
  const before = migrations.find((name) => name.replace(/^\d+_/, '') === `${topic}_${field}.sql`);
  if (before) throw new Refused(`There is ${FOLDER}/${before} already. Remove it to have it written anew.`);
  if (!dryRun) writeFileSync(inRepository(file.path), file.text);
  return file;
}
