/** The JSON Schema of tillstream.config.json, by which editors complete and explain keys. */
import * as z from 'zod';
import { environmentNames, type KeyName, keyNamed, keyNames, standardOf } from './keys.ts';

export function configurationSchema(): object {
  const [aWindow] = keyNames.filter(isWindow) as [KeyName];
  const properties = Object.fromEntries(
    keyNames.filter((name) => !isWindow(name)).map((name) => [name, propertyOf(name)]),
  );
  const { default: _, description: __, ...window } = propertyOf(aWindow);
  const description = 'How many seconds a batch of the topic waits to fill.';
  // Streams come and go; editors need not know which there are.
  const patternProperties = { '^windows\\.': { description, ...window } };
  const part = { type: 'object', additionalProperties: false, patternProperties };
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

const isWindow = (name: string): boolean => name.startsWith('windows.');

function propertyOf(name: KeyName): Record<string, unknown> {
  const { type, changes, takesEffect } = keyNamed(name);
  const { $schema: _, ...schema } = z.toJSONSchema(type.schema, { target: 'draft-07' });
  const standard = standardOf(name, 'prod');
  return { description: `${changes} ${takesEffect} Expects ${type.expected}.`, default: standard, ...schema };
}
