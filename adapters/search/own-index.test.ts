import { expect, test } from 'vitest';
import { definition, mapping } from './hourly-metrics.ts';
import { differences, numberOf } from './own-index.ts';

test('only indices with the alias’s name and a number are ours', () => {
  expect(numberOf('hourly_metrics', 'hourly_metrics-v12')).toBe(12);
  for (const index of [
    'hourly_metrics-v2-archive',
    'hourly_metrics-v',
    'my_hourly_metrics-v2',
    'hourly_metrics',
    'x.v1',
  ])
    expect(numberOf('hourly_metrics', index), index).toBeUndefined();
  expect(numberOf('a.b', 'acb-v1')).toBeUndefined();
});

const { settings } = definition;

test('an index is as defined, whatever else the server or a person has added', () => {
  const found = {
    settings: { ...settings, 'index.uuid': 'u', 'index.lifecycle.name': 'p' },
    mappings: { ...mapping, properties: { ...mapping.properties, '@timestamp': { type: 'date' as const } } },
  };
  expect(differences(definition, found)).toEqual([]);
});

test.each<[string, object, string]>([
  [
    'another type',
    { mappings: { ...mapping, properties: { ...mapping.properties, total_amount: { type: 'long' } } } },
    'total_amount: expected {"type":"double"}, got {"type":"long"}',
  ],
  [
    'another type within a field',
    {
      mappings: {
        ...mapping,
        properties: {
          ...mapping.properties,
          amounts: {
            type: 'nested',
            properties: { ...mapping.properties.amounts.properties, amount: { type: 'long' } },
          },
        },
      },
    },
    'amounts: expected {"type":"nested"',
  ],
  ['guessed fields', { mappings: { ...mapping, dynamic: 'true' } }, 'dynamic: expected "strict", got "true"'],
  [
    'no source',
    { mappings: { ...mapping, _source: { enabled: false } } },
    '_source: expected none, got {"enabled":false}',
  ],
  [
    'a runtime field in place of ours',
    { mappings: { ...mapping, runtime: { total_amount: { type: 'long' } } } },
    'runtime field total_amount: expected none, got {"type":"long"}',
  ],
  [
    'a runtime field in place of one within ours',
    {
      mappings: { ...mapping, runtime: { 'amounts.amount': { type: 'long' }, 'amounts_of.amount': { type: 'long' } } },
    },
    'runtime field amounts.amount: expected none, got {"type":"long"}',
  ],
  [
    'a pipeline',
    { settings: { ...settings, 'index.final_pipeline': 'p' } },
    'index.final_pipeline: expected "_none", got "p"',
  ],
])('%s is a difference', (_, change, difference) => {
  const [first, ...others] = differences(definition, { settings, mappings: mapping, ...change });
  expect(first).toContain(difference);
  expect(others).toEqual([]);
});
