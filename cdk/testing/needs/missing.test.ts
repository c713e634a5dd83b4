import { beforeAll, describe, expect, it } from 'vitest';
import { stackName } from '../../config/names.ts';
import { synthesize } from '../templates.ts';
import type { Templates } from './account.ts';
import { missingAtRunTime } from './missing.ts';

const SYNTHESIS_MS = 180_000;
// biome-ignore lint/suspicious/noExplicitAny: what a template's resources have is up to their types
type Editable = any;

describe.each(['dev', 'prod'])('in %s, what the functions need at run time', (environment) => {
  let templates: Templates;
  beforeAll(() => {
    templates = synthesize(environment) as Templates;
  }, SYNTHESIS_MS);

  /** The findings after `change` has taken something out of a stack. */
  const without = (part: string, change: (resources: Record<string, Editable>) => void): string[] => {
    const changed = structuredClone(templates) as Map<string, Editable>;
    change(changed.get(stackName(environment, part)).Resources);
    return missingAtRunTime(changed, environment);
  };
  const ofType = (resources: Record<string, Editable>, type: string) =>
    Object.entries(resources).filter(([, { Type }]) => Type === type);
  const functionOf = (resources: Record<string, Editable>, name: string) =>
    ofType(resources, 'AWS::Lambda::Function').find(
      ([, { Properties }]) => Properties.FunctionName === `tillstream-${environment}-${name}`,
    )?.[1];

  it('is all there', () => {
    expect(missingAtRunTime(templates, environment)).toEqual([]);
  });

  it.each([
    ['DATABASE_HOST', 'load-orders'],
    ['KAFKA_BOOTSTRAP_SERVERS', 'archive-orders'],
    ['KAFKA_AUTH', 'relay-outbox'],
    ['LAKE_BUCKET', 'prove'],
    ['ROLE_SECRETS', 'migrate-database'],
    ['LATE_AFTER_SECONDS', 'migrate-database'],
    ['RELAY_FUNCTION', 'update-inventory'],
    ['LOAD_FUNCTION', 'archive-orders'],
    ['ALERT_TOPIC', 'run-transformations'],
  ])('is found missing: variable %s of %s', (variable, name) => {
    const found = without('functions', (resources) => {
      delete functionOf(resources, name).Properties.Environment.Variables[variable];
    });
    expect(found).toContain(`${name}: variable ${variable}`);
  });

  it.each([
    's3:PutObject',
    's3:GetObject',
    'kms:GenerateDataKey',
    'rds-db:connect',
    'kafka-cluster:Connect',
    'kafka-cluster:ReadData',
    'kafka-cluster:DeleteGroup',
    'kafka-cluster:WriteDataIdempotently',
    'kafka:GetBootstrapBrokers',
    'ec2:CreateNetworkInterface',
    'lambda:InvokeFunction',
    'secretsmanager:GetSecretValue',
    'secretsmanager:UpdateSecretVersionStage',
    'sns:Publish',
    'logs:PutLogEvents',
    'xray:PutTraceSegments',
  ])('is found missing: the permission %s', (action) => {
    const found = without('functions', (resources) => {
      for (const [, { Properties }] of ofType(resources, 'AWS::IAM::Policy'))
        for (const statement of Properties.PolicyDocument.Statement)
          statement.Action = [statement.Action].flat().filter((each) => each !== action);
    });
    expect(found).toContainEqual(expect.stringContaining(`: ${action} on `));
  });

  it('is found missing: a way through the network', () => {
    const closed = (group: string) =>
      without('network', (resources) => {
        for (const [id, { Type }] of Object.entries(resources))
          if (/SecurityGroup(In|E)gress$/.test(Type) && id.includes(group)) delete resources[id];
      });
    expect(closed('DatabaseProxyfrom')).toContainEqual(expect.stringMatching(/^load-orders: a way to .*Proxy/));
    expect(closed('KafkaClientsto')).toContain('relay-outbox: a way to the brokers');
    expect(closed('Brokersfrom')).toContain('store-transactions: a way from its poller to the brokers');
    const noWayOut = without('network', (resources) => {
      for (const [id] of ofType(resources, 'AWS::EC2::Route')) delete resources[id];
    });
    expect(noWayOut).toContainEqual(expect.stringContaining('prove: a way out of '));
  });

  it('is found missing: a topic, its mapping, a secret of the proxy, the migration', () => {
    const remove = (part: string, type: string, matching: RegExp) =>
      without(part, (resources) => {
        for (const [id, { Properties }] of ofType(resources, type))
          if (matching.test(JSON.stringify(Properties))) delete resources[id];
      });
    expect(remove('streaming', 'AWS::MSK::Topic', /"dlq"/)).toContain('relay-outbox: topic dlq');
    expect(remove('functions', 'AWS::Lambda::EventSourceMapping', /"orders"/)).toContain(
      'archive-orders: an event source mapping for orders',
    );
    expect(remove('functions', 'Custom::Trigger', /./)).toContain('load-orders: the migration at deployment');
    const proxyWithoutSecrets = without('database', (resources) => {
      for (const [, { Properties }] of ofType(resources, 'AWS::RDS::DBProxy')) Properties.Auth = [];
    });
    expect(proxyWithoutSecrets).toContain("prove: the proxy's secret of prove");
  });
});
