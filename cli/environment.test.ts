import { expect, it } from 'vitest';
import { UserError } from './command.ts';
import { environmentBackbone, takeEnvironment } from './environment.ts';

it.each([
  [['--environment', 'prod', '--limit', '2'], 'prod', undefined, ['--limit', '2']],
  [['orders', '--environment=dev', '--region', 'eu-west-1'], 'dev', 'eu-west-1', ['orders']],
  [['--json'], undefined, undefined, ['--json']],
])('%j is read before the command reads the rest', (args, environment, region, rest) => {
  expect(takeEnvironment(args)).toEqual({ environment, region, rest });
});

it.each([
  [['--environment']],
  [['--environment', '--json']],
  [['--environment', '../prod']],
  [['--region', 'eu-west-1']],
])('%j is refused', (args) => {
  expect(() => takeEnvironment(args)).toThrow(UserError);
});

it('what needs a part of the backbone itself says that it can not be reached from here', async () => {
  const backbone = environmentBackbone('prod');
  expect(() => backbone.pool).toThrow(
    'This needs PostgreSQL itself, which only the network of environment prod reaches',
  );
  await expect(backbone.kafka()).rejects.toThrow('This needs Kafka itself');
});
