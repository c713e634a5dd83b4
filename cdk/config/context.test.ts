import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { inRepository } from '#adapters/repository.ts';
import { fileIn, optionsIn } from './context.ts';

const standard = JSON.parse(readFileSync(inRepository('cdk.json'), 'utf8')).context;

test('keys of the configuration are taken as text, among ours of other kinds and CDK’s own', () => {
  const others = {
    ...standard,
    ...{ protected: 'false', console: 'page.json', config: 'shop.json', postgresPort: 5433 },
    ...{ 'aws:cdk:bundling-stacks': [], '@aws-cdk/core:explicitStackTags': true, 'cli-telemetry': false },
    'availability-zones:account=123456789012:region=eu-west-1': ['eu-west-1a'],
    'acknowledged-issue-numbers': [1],
  };
  expect(optionsIn({ ...others, 'windows.orders': 60, 'alerts.emails': 'ops@example.org' })).toEqual({
    'windows.orders': '60',
    'alerts.emails': 'ops@example.org',
  });
});

test('a key that nothing reads is refused with the one that was probably meant', () => {
  expect(() => optionsIn({ ...standard, 'window.orders': '60', protectd: 'false' })).toThrow(
    /^-c window\.orders: there is no such key\. Did you mean windows\.orders\?\n-c protectd: .* protected\?/,
  );
});

test('the old name of a key counts, but not beside the new one', () => {
  expect(optionsIn({ alertEmails: 'ada@example.org' })).toEqual({ 'alerts.emails': 'ada@example.org' });
  expect(() => optionsIn({ alertEmails: 'ada@example.org', 'alerts.emails': 'ops@example.org' })).toThrow('old name');
});

test('the file that -c config names is taken, and no other is passed over', () => {
  const ofMachine = { TILLSTREAM_CONFIG: 'shop.json' };
  expect(fileIn({ environment: 'prod' }, {})).toBeUndefined();
  expect(fileIn({ environment: 'prod', config: 'prod.json' }, ofMachine)).toBe('prod.json');
  expect(fileIn({ environment: 'local' }, ofMachine)).toBeUndefined();
  expect(() => fileIn({ environment: 'prod' }, ofMachine)).toThrow(
    /^TILLSTREAM_CONFIG is shop\.json.* pass -c config=shop\.json/,
  );
  expect(() => fileIn({ environment: 'prod', config: '' }, {})).toThrow(
    /^-c config is empty; expected the path of a file/,
  );
});
