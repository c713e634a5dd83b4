/** The migration of a described stream: its table, as its fields say, and the rights of its function. Pure. */
import { eventColumns, tableColumns } from '#adapters/postgres/described-table.ts';
import { fieldsInLakeTwice } from '#domain/lake-fields.ts';
import { sinkOf } from '#domain/stream.ts';
import type { Stream } from '#domain/streams.ts';
import { tableComments } from './comments.ts';
import { type NewFile, type Project, Refused } from './plan.ts';
import { quotedIfNeeded, shortType } from './sql-text.ts';

/** @throws Refused if the stream has code of its own */
export function migrationOf(stream: Stream, { migrations }: Pick<Project, 'migrations'>): NewFile {
  const { topic, handler } = stream;
  if (handler === 'own')
    throw new Refused(`Expected a stream that follows its description alone; ${topic} has code and tables of its own.`);
  refuseColumns(stream);
  const own = migrations.find((name) => name.replace(/^\d+/, '') === `_stream_${topic}.sql`);
  const last = Math.max(...migrations.map((name) => Number.parseInt(name, 10)));
  const name = own ?? `${String(last + 1).padStart(3, '0')}_stream_${topic}.sql`;
  return { path: `sql/migrations/${name}`, text: migrationText(stream) };
}

/** A field that is called as a column which each table has would be there twice. */
function refuseColumns(stream: Stream): void {
  const inLake = fieldsInLakeTwice(stream);
  if (inLake.length > 0)
    throw new Refused(
      `Expected no field ${inLake.join(' or ')} in ${stream.topic}: each object of the lake has such a column of its own.`,
    );
  const names = stream.table ? tableColumns(stream).map(({ name }) => name) : [];
  const twice = names.filter((name, index) => names.indexOf(name) !== index);
  if (twice.length > 0)
    throw new Refused(
      `Expected no field ${twice.join(' or ')} in ${stream.topic}: each table has such a column of its own.`,
    );
}

function migrationText(stream: Stream): string {
  const { topic, consumer, table } = stream;
  const role = consumer.replaceAll('-', '_');
  const about = `-- Topic ${topic} (domain/streams/${topic.replaceAll('_', '-')}.ts)`;
  if (sinkOf(stream) === 'lake' || !table)
    return `${about}: its objects lie in the lake, so all it needs is the role that ${consumer} logs in as.\ncall streams.archive_as('${role}');\n`;
  const columns = columnTexts(stream);
  return `${about}: a row for each record, once.
create table ${table.name} (
${columns.join(',\n')}
);

${tableComments(table.name, stream)}
call streams.deliver_into('${table.name}', '${role}');
`;
}

/** Names and types below each other, as in the other migrations. */
function columnTexts(stream: Stream): string[] {
  const columns = eventColumns(stream).map(({ name, type, nullable }) => ({
    name: quotedIfNeeded(name),
    type: shortType(type),
    constraint: name === stream.ids[0] ? 'primary key' : nullable ? '' : 'not null',
  }));
  const longest = (of: 'name' | 'type') => Math.max(...columns.map((column) => column[of].length)) + 2;
  const widths = { name: longest('name'), type: longest('type') };
  return columns.map(({ name, type, constraint }) =>
    `  ${name.padEnd(widths.name)}${type.padEnd(widths.type)}${constraint}`.trimEnd(),
  );
}
