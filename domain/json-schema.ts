/**
 * A stream's event as JSON Schema, for whoever sends it. What the schema refuses, the consumer refuses; what it takes, the consumer
 * takes, but for what the language can't say: a number with more than two decimals, a day that doesn't exist, half of a surrogate pair.
 * The consumer also reads what is rarely written, such as amounts with an exponent. Pure.
 */
import { type Column, type ColumnKind, columnsOf } from './columns.ts';
import type { Stream } from './stream.ts';

/** JSON Schema of draft 07, which AsyncAPI has as its own. */
export interface JsonSchema {
  readonly [keyword: string]: unknown;
}

const HEX = '[0-9a-fA-F]';

const byKind: Readonly<Record<ColumnKind, (column: Column) => JsonSchema>> = {
  uuid: () => ({ type: 'string', format: 'uuid', pattern: `^${HEX}{8}-${HEX}{4}-${HEX}{4}-${HEX}{4}-${HEX}{12}$` }),
  money: () => ({
    anyOf: [
      { type: 'number', minimum: -99_999_999.99, maximum: 99_999_999.99 },
      { type: 'string', pattern: '^-?[0-9]{1,8}(\\.[0-9]{1,2})?$' },
    ],
  }),
  text: ({ longest }) => ({ type: 'string', minLength: 1, maxLength: longest, pattern: '^[^\\u0000]*$' }),
  timestamp: () => ({
    type: 'string',
    // Not the format date-time: that demands seconds and a zone, which is UTC here if it is left out.
    pattern:
      '^[0-9]{4}-[0-9]{2}-[0-9]{2}[T ][0-9]{2}:[0-9]{2}(:[0-9]{2}([.,][0-9]{1,9})?)?([Zz]|[+-][0-9]{2}(:?[0-9]{2})?)?$',
  }),
  integer: () => ({ type: 'integer', minimum: 1, maximum: 2_147_483_647 }),
};

/** Fields that the schema doesn't name may be there, as the consumer has it. */
export function jsonSchemaOf({ topic, event }: Pick<Stream, 'topic' | 'event'>): JsonSchema {
  const columns = columnsOf(event);
  return {
    title: event.meta()?.title ?? topic,
    type: 'object',
    required: columns.flatMap(({ name, optional }) => (optional ? [] : [name])),
    properties: Object.fromEntries(columns.map((column) => [column.name, fieldSchema(column)])),
  };
}

function fieldSchema(column: Column): JsonSchema {
  const { description, nullable } = column;
  const schema = byKind[column.kind](column);
  return nullable ? { description, anyOf: [schema, { type: 'null' }] } : { description, ...schema };
}
