import { describe, expect, it } from 'vitest';
import { keyNames, standardOf, variableOf } from './keys.ts';
import { readConfiguration } from './read.ts';

const file = (content: unknown) => ({ name: 'tillstream.config.json', content });

describe('readConfiguration', () => {
  it('has the standards if nothing is given', () => {
    const { values, from } = readConfiguration('dev', {});
    expect(Object.keys(values)).toEqual(keyNames);
    for (const name of keyNames) expect([values[name], from[name]]).toEqual([standardOf(name, 'dev'), 'default']);
  });

  it('takes the environment over the file, a variable over both, an option over all', () => {
    const content = {
      $schema: './tillstream.config.schema.json',
      'windows.orders': 30,
      'retention.logs_days': 7,
      environments: { prod: { 'windows.orders': 40 }, dev: { 'windows.orders': 50 } },
    };
    const given = (variables = {}, options = {}) => {
      const { values, from } = readConfiguration('prod', { file: file(content), variables, options });
      return [values['windows.orders'], from['windows.orders'], values['retention.logs_days']];
    };
    expect(given()).toEqual([40, 'tillstream.config.json, environments.prod', 7]);
    const variables = { TILLSTREAM_WINDOWS_ORDERS: '60' };
    expect(given(variables)).toEqual([60, 'TILLSTREAM_WINDOWS_ORDERS', 7]);
    expect(given(variables, { 'windows.orders': '70' })).toEqual([70, 'option windows.orders', 7]);
    expect(given({ TILLSTREAM_WINDOWS_ORDERS: '' })).toEqual(given());
  });

  it('reads variables by the name that they had before, unless the new one is set', () => {
    const schedule = (variables: Record<string, string>) =>
      readConfiguration('local', { variables }).values['schedules.process_kafka_to_postgres'];
    const TILLSTREAM_PROCESS_SCHEDULE = '*/15 * * * *';
    expect(schedule({ TILLSTREAM_PROCESS_SCHEDULE })).toBe('*/15 * * * *');
    const newer = { TILLSTREAM_SCHEDULES_PROCESS_KAFKA_TO_POSTGRES: '@daily' };
    expect(schedule({ TILLSTREAM_PROCESS_SCHEDULE, ...newer })).toBe('@daily');
  });

  it('reads a list with commas', () => {
    const emails = (text: string) =>
      readConfiguration('prod', { options: { 'alerts.emails': text } }).values['alerts.emails'];
    expect(emails('a@example.org,b@example.org')).toEqual(['a@example.org', 'b@example.org']);
    expect(emails('')).toEqual([]);
  });

  it.each([
    [{ 'windows.order': 7 }, 'there is no key "windows.order". Did you mean windows.orders?'],
    [{ nothing: 7 }, 'there is no key "nothing". npx tillstream config prints all.'],
    [{ toString: 7 }, 'there is no key "toString".'],
    [{ 'windows.orders': '7' }, 'windows.orders must be a whole number of seconds from 0 to 300, got "7".'],
    [{ 'windows.orders': 301 }, 'from 0 to 300, got 301.'],
    [{ 'retention.logs_days': 31 }, 'retention.logs_days must be a number of days: 1, 3, 5, 7,'],
    [{ 'alerts.emails': ['ops'] }, 'alerts.emails must be a list of e-mail addresses'],
    [{ 'schedules.curate_orders': '99 * * * *' }, 'must be @hourly, @daily'],
    [{ environments: { production: {} } }, 'expected one of local, dev, prod, got "production".'],
    [{ environments: { prod: { 'windows.orders': -1 } } }, 'environments.prod: windows.orders must be'],
    [{ environments: [] }, 'environments: expected an object, got [].'],
    [{ environments: { dev: 1 } }, 'environments.dev: expected an object of keys, got 1.'],
    [[], 'expected an object of keys, got [].'],
  ])('refuses %j', (content, message) => {
    expect(() => readConfiguration('local', { file: file(content) })).toThrow(message);
  });

  it('names all that is wrong, a line each', () => {
    const content = { 'windows.orders': -1, 'windows.order': 1 };
    const read = () =>
      readConfiguration('local', { file: file(content), variables: { TILLSTREAM_WINDOWS_SALES: '1' } });
    expect(read).toThrow(/^tillstream.config.json: windows.orders .*\n.*"windows.order".*\n.*TILLSTREAM_WINDOWS_SALES/);
  });

  it('leaves variables alone that are for something else', () => {
    const variables = { TILLSTREAM_HOME: '/home', TILLSTREAM_ENVIRONMENT: 'local' };
    expect(readConfiguration('local', { variables })).toEqual(readConfiguration('local', {}));
  });
});

it('no two keys have the same variable', () => {
  expect(new Set(keyNames.map(variableOf)).size).toBe(keyNames.length);
});
