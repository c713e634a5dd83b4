/** The JSON Schema of tillstream.config.json, by which editors complete and explain keys. */
import * as z from 'zod';
import { environmentNames, type KeyName, keyNamed, keyNames, standardOf } from './keys.ts';

export function configurationSchema(): object {
  const properties = Object.fromEntries(keyNames.map((name) => [name, propertyOf(name)]));
  const part = { type: 'object', additionalProperties: false };
  return {
    $schema: 'http://json-schema.org/draft-07/schema#',
    title: 'Configuration of Tillstream',
    ...part,
    properties: {
      $schema: { type: 'string' },
      ...properties,
      environments: {
        description: 'Values of one environment alone.',
        ...part,
        properties: Object.fromEntries(environmentNames.map((name) => [name, { ...part, properties }])),
      },
    },
  };
}

function propertyOf(name: KeyName): object {
  const { type, changes, takesEffect } = keyNamed(name);
  const { $schema: _, ...schema } = z.toJSONSchema(type.schema, { target: 'draft-07' });
  const standard = standardOf(name, 'prod');
  return { description: `${changes} ${takesEffect} Expects ${type.expected}.`, default: standard, ...schema };
}
