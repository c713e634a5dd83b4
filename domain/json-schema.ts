/**
 * A stream's event as JSON Schema, for whoever sends it. What the schema refuses, the consumer refuses; what it takes, the consumer
 * takes, but for what the language can't say: a number with more than two decimals, a day that doesn't exist, half of a surrogate pair.
 * The consumer also reads what is rarely written, such as amounts with an exponent. Pure.
 */
import { type Column, type ColumnKind, columnsOf } from './columns.ts';
import { currencies } from './currencies.ts';
import { type Envelope, namesIn } from './envelope.ts';
import { type EpochUnit, plausible } from './epoch.ts';
import { isoSeconds } from './required-from.ts';
import type { Stream } from './stream.ts';

/** JSON Schema of draft 07, which AsyncAPI has as its own. */
export interface JsonSchema {
  readonly [keyword: string]: unknown;
}

const HEX = '[0-9a-fA-F]';

const UUID = { type: 'string', format: 'uuid', pattern: `^${HEX}{8}-${HEX}{4}-${HEX}{4}-${HEX}{4}-${HEX}{12}$` };

const ISO_TIME = {
  type: 'string',
  // Not the format date-time: that demands seconds and a zone, which is UTC here if it is left out.
  pattern:
    '^[0-9]{4}-[0-9]{2}-[0-9]{2}[T ][0-9]{2}:[0-9]{2}(:[0-9]{2}([.,][0-9]{1,9})?)?([Zz]|[+-][0-9]{2}(:?[0-9]{2})?)?$',
};

function epoch(unit: EpochUnit): JsonSchema {
  const { from, to } = plausible(unit);
  return { type: 'number', minimum: from, exclusiveMaximum: to };
}

const oneOf = (schemas: readonly JsonSchema[]): JsonSchema =>
  schemas.length === 1 ? (schemas[0] as JsonSchema) : { anyOf: schemas };

const byKind: Readonly<Record<ColumnKind, (column: Column) => JsonSchema>> = {
  uuid: ({ options }) =>
    oneOf([UUID, ...(options?.guests ? [{ type: 'string', pattern: options.guests.source }] : [])]),
  money: ({ options }) => ({
    anyOf: options?.unit
      ? [
          { type: 'integer', minimum: -9_999_999_999, maximum: 9_999_999_999 },
          { type: 'string', pattern: '^-?[0-9]{1,10}$' },
        ]
      : [
          { type: 'number', minimum: -99_999_999.99, maximum: 99_999_999.99 },
          { type: 'string', pattern: '^-?[0-9]{1,8}(\\.[0-9]{1,2})?$' },
        ],
  }),
  text: ({ longest, options }) =>
    options?.codes
      ? { type: 'string', enum: [...currencies] }
      : { type: 'string', minLength: 1, maxLength: longest, pattern: '^[^\\u0000]*$' },
  timestamp: ({ options }) =>
    oneOf((options?.accepts ?? ['iso']).map((form) => (form === 'iso' ? ISO_TIME : epoch(form)))),
  integer: ({ least }) => ({ type: 'integer', minimum: least, maximum: 2_147_483_647 }),
};

/** Fields that the schema doesn't name may be there, as the consumer has it. */
export function jsonSchemaOf({ topic, event, envelope }: Pick<Stream, 'topic' | 'event' | 'envelope'>): JsonSchema {
  const columns = columnsOf(event);
  const fields = {
    type: 'object',
    required: columns.flatMap(({ name, optional }) => (optional ? [] : [name])),
    properties: Object.fromEntries(columns.map((column) => [column.name, fieldSchema(column)])),
  };
  return { title: event.meta()?.title ?? topic, ...inEnvelope(envelope, fields) };
}

function fieldSchema(column: Column): JsonSchema {
  const { nullable, requiredFrom } = column;
  const description =
    column.description +
    (requiredFrom === undefined
      ? ''
      : ` Required in records from ${isoSeconds(requiredFrom)} on, by Kafka’s timestamp.`);
  const schema = byKind[column.kind](column);
  return nullable ? { description, anyOf: [schema, { type: 'null' }] } : { description, ...schema };
}

/** Of a CloudEvent as a structured one: a binary one has the event alone as its value. Of Debezium without the schema. */
function inEnvelope(envelope: Envelope | undefined, event: JsonSchema): JsonSchema {
  if (envelope === undefined) return event;
  if (envelope === 'cloudevents') return objectOf({ specversion: { type: 'string', pattern: '^1\\.' }, data: event });
  if (envelope === 'debezium') return objectOf({ op: { enum: ['c', 'u', 'r'] }, after: event });
  return namesIn(envelope).reduceRight<JsonSchema>((inner, name) => objectOf({ [name]: inner }), event);
}

const objectOf = (properties: Readonly<Record<string, JsonSchema>>): JsonSchema => ({
  type: 'object',
  required: Object.keys(properties),
  properties,
});
