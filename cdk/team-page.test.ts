import { globSync, readFileSync } from 'node:fs';
import { Match, Template } from 'aws-cdk-lib/assertions';
import { beforeAll, describe, expect, it } from 'vitest';
import { inRepository, repositoryRoot } from '#adapters/repository.ts';
import { environmentNamed } from './config/environments.ts';
import { calledByPeople } from './config/functions.ts';
import { stackName } from './config/names.ts';
import { actingFunctions, SERVE_CONSOLE, serveConsole } from './config/serve-console.ts';
import { type GivenTeamPage, teamPage } from './config/team-page.ts';
import type { Templates } from './testing/needs/account.ts';
import { missingAtRunTime } from './testing/needs/missing.ts';
import { permissionsOf, synthesize, synthesizeNow, variablesOf } from './testing/templates.ts';

const SYNTHESIS_MS = 180_000;

const page = {
  domain: 'tillstream.shop.example',
  certificateArn: 'arn:aws:acm:us-east-1:123456789012:certificate/0a1b2c3d-0000-4000-8000-123456789012',
  oidc: {
    issuer: 'https://login.shop.example',
    authorizationEndpoint: 'https://login.shop.example/authorize',
    tokenEndpoint: 'https://login.shop.example/token',
    userInfoEndpoint: 'https://login.shop.example/userinfo',
    clientId: 'tillstream',
    clientSecret: 'shop/login/tillstream',
  },
  groups: { look: 'shop-data', read: 'shop-support', act: 'shop-operators' },
} as const satisfies GivenTeamPage;

const withPage = (name: string, console: GivenTeamPage, checked: boolean) =>
  pageOf(name, synthesizeNow({ ...environmentNamed(name), console }, checked));

const pageOf = (name: string, templates: ReadonlyMap<string, object>) =>
  Template.fromJSON(templates.get(stackName(name, 'page')) ?? { Resources: {} });

it.each(['local', 'dev', 'prod'])('%s has nothing of it, unless it is set', (name) => {
  const templates = synthesize(name, { checked: false });
  expect([...templates.keys()]).not.toContain(stackName(name, 'page'));
  const all = JSON.stringify([...templates.values()]);
  for (const part of ['ElasticLoadBalancing', 'serve-console', 'authenticate-oidc', 'public-keys.auth.elb'])
    expect(all).not.toContain(part);
});

it('one machine has no network for it', () => {
  expect(() => withPage('local', page, false)).toThrow('needs a backbone of kind "made"');
});

describe('the page for a team', () => {
  const FUNCTION = 'tillstream-prod-serve-console';
  let templates: ReadonlyMap<string, object>;
  let template: Template;
  beforeAll(() => {
    // Throws on any finding of cdk-nag or of the template rules.
    templates = synthesizeNow({ ...environmentNamed('prod'), console: page }, true);
    template = pageOf('prod', templates);
  }, SYNTHESIS_MS);

  it('has all that its function needs at run time', () => {
    expect(missingAtRunTime(templates as Templates, 'prod', { [SERVE_CONSOLE]: serveConsole })).toEqual([]);
  });

  it('is watched as every function is, under the name that it has', () => {
    const observability = Template.fromJSON(templates.get(stackName('prod', 'observability')) ?? { Resources: {} });
    const alarms = Object.values(observability.findResources('AWS::CloudWatch::Alarm'))
      .map(({ Properties }) => Properties)
      .filter((properties) => JSON.stringify(properties).includes(`"${FUNCTION}"`));
    expect(alarms.map(({ AlarmName }) => AlarmName).sort()).toEqual(
      ['duration', 'errors', 'throttles'].map((of) => `tillstream-prod-${of}-${SERVE_CONSOLE}`),
    );
    const duration = alarms.find(({ MetricName }) => MetricName === 'Duration');
    expect(duration?.Threshold).toBe(serveConsole.timeoutSeconds * 800);
    observability.hasResourceProperties('AWS::CloudWatch::Alarm', {
      AlarmName: `tillstream-prod-unanswered-${SERVE_CONSOLE}`,
      Metrics: [
        { MetricStat: { Metric: { Dimensions: Match.arrayWith([{ Name: 'service', Value: SERVE_CONSOLE }]) } } },
      ],
    });
  });

  it('is a load balancer without a public address, which the network’s addresses alone reach, by TLS', () => {
    template.hasResourceProperties('AWS::ElasticLoadBalancingV2::LoadBalancer', {
      Scheme: 'internal',
      LoadBalancerAttributes: Match.arrayWith([
        { Key: 'deletion_protection.enabled', Value: 'true' },
        { Key: 'routing.http.drop_invalid_header_fields.enabled', Value: 'true' },
      ]),
    });
    const balancers = Object.values(template.findResources('AWS::ElasticLoadBalancingV2::LoadBalancer'));
    expect(JSON.stringify(balancers[0]?.Properties.Subnets)).not.toContain('PublicSubnet');
    template.resourceCountIs('AWS::ElasticLoadBalancingV2::Listener', 1);
    template.hasResourceProperties('AWS::ElasticLoadBalancingV2::Listener', { Port: 443, Protocol: 'HTTPS' });
    const [around] = Object.values(template.findResources('AWS::EC2::SecurityGroup'));
    const rules = around?.Properties.SecurityGroupIngress;
    expect(rules).toEqual([expect.objectContaining({ CidrIp: '10.20.0.0/16', FromPort: 443, ToPort: 443 })]);
    template.resourceCountIs('AWS::EC2::SecurityGroupIngress', 0);
  });

  it('logs everybody in before anything is answered: who loads the page by the provider, a script not at all', () => {
    const [listener] = Object.values(template.findResources('AWS::ElasticLoadBalancingV2::Listener'));
    const [rule, ...others] = Object.values(template.findResources('AWS::ElasticLoadBalancingV2::ListenerRule'));
    expect(others).toEqual([]);
    const login = (action: string) => ({
      Order: 1,
      Type: 'authenticate-oidc',
      AuthenticateOidcConfig: expect.objectContaining({
        Issuer: page.oidc.issuer,
        ClientId: 'tillstream',
        OnUnauthenticatedRequest: action,
        // CloudFormation has a text here and a number there.
        SessionTimeout: action === 'deny' ? 36_000 : '36000',
      }),
    });
    const forward = expect.objectContaining({ Order: 2, Type: 'forward' });
    expect(listener?.Properties.DefaultActions).toEqual([login('authenticate'), forward]);
    expect(rule?.Properties).toMatchObject({ Conditions: [{ PathPatternConfig: { Values: ['/api/*'] } }] });
    expect(rule?.Properties.Actions).toEqual([login('deny'), forward]);
  });

  it('has the client’s secret in Secrets Manager only', () => {
    const text = JSON.stringify(template.toJSON());
    const named = [...text.matchAll(/"ClientSecret":("[^"]*")/g)].map(([, value]) => value);
    expect(named).toEqual(Array(2).fill('"{{resolve:secretsmanager:shop/login/tillstream:SecretString:::}}"'));
  });

  it('tells the function whose logins it may believe', () => {
    const variables = variablesOf(template)[FUNCTION] ?? {};
    const [balancer] = Object.keys(template.findResources('AWS::ElasticLoadBalancingV2::LoadBalancer'));
    expect(variables).toMatchObject({
      DOMAIN: page.domain,
      LOAD_BALANCER: { Ref: balancer },
      LOGIN_KEYS: { 'Fn::Join': ['', ['https://public-keys.auth.elb.', { Ref: 'AWS::Region' }, '.amazonaws.com']] },
      DATABASE_USER: 'console',
      DATABASE_AUTH: 'iam',
      KAFKA_AUTH: 'iam',
      LATE_RATIO_THRESHOLD: '0.1',
      LATE_COUNT_THRESHOLD: '1000',
    });
    expect(JSON.parse(String(variables.LOGIN))).toEqual({
      ...{ issuer: page.oidc.issuer, clientId: 'tillstream', groups: page.groups },
      claims: { name: 'email', groups: 'groups' },
    });
  });

  it('has all that its code asks for', () => {
    const asked = ['settings.ts', 'backbone.ts'].flatMap((file) =>
      [...readFileSync(inRepository(`console/team/${file}`), 'utf8').matchAll(/required\('(\w+)'/g)].map(
        ([, name]) => name,
      ),
    );
    expect(asked).toContain('LOGIN');
    for (const name of asked) expect(variablesOf(template)[FUNCTION]).toHaveProperty([name ?? '']);
  });

  it('reads, and calls what changes something only where somebody may', () => {
    const actions = (made: Template, name: string) =>
      permissionsOf(made, name)
        .filter(({ effect }) => effect === 'Allow')
        .flatMap(({ actions }) => actions);
    const writing =
      /(?<!xray:)Put(?!Log)|WriteData|Delete(?!Group|NetworkInterface)|sns:|secretsmanager:|kms:(?!Decrypt)/;
    expect(actions(template, FUNCTION)).toContain('rds-db:connect');
    expect(actions(template, FUNCTION).filter((action) => writing.test(action))).toEqual([]);
    const called = permissionsOf(template, FUNCTION).filter((each) => each.actions.includes('lambda:InvokeFunction'));
    expect(
      called.flatMap(({ resources }) => resources.map((each) => /function:([\w-]+)"/.exec(each)?.[1])).sort(),
    ).toEqual(actingFunctions.map((name) => `tillstream-prod-${name}`).sort());
    const looking = withPage('dev', { ...page, groups: { look: 'shop-data', read: 'shop-support' } }, false);
    expect(actions(looking, 'tillstream-dev-serve-console')).not.toContain('lambda:InvokeFunction');
    expect(actions(looking, 'tillstream-dev-serve-console')).toContain('rds-db:connect');
  });
});

it('people may call what operations call for them, and the page what it can do of that', () => {
  const files = globSync('operations/**/*.ts', { cwd: repositoryRoot, exclude: ['**/*.test.ts'] });
  const called = files.flatMap((file) =>
    [...readFileSync(inRepository(file), 'utf8').matchAll(/\binvoke(?:<\w+>)?\(\s*([^,)]+)/g)].map(([, name]) => name),
  );
  const named = called.flatMap((name) => /^'(.+)'$/.exec(name ?? '')?.[1] ?? []);
  // A stream is replayed from Kafka, which a command reaches on its own machine only; the others are types of `invoke`.
  expect(called.filter((name) => !name?.startsWith("'")).sort()).toEqual([
    'consumer: string',
    'name: string',
    'stream.consumer',
  ]);
  // The function `console` only looks.
  const acting = [...new Set(named)].filter((name) => name !== 'console');
  expect(acting.sort()).toEqual([...calledByPeople.act, ...calledByPeople.actByCommand].sort());
  expect(actingFunctions).not.toContain('load-orders');
});

describe('what is set', () => {
  it.each([
    ['domain', { domain: 'https://tillstream.shop.example' }, 'console.domain: expected a host name'],
    ['domain', { domain: 'localhost' }, 'console.domain: expected a host name'],
    ['certificate', { certificateArn: 'my-certificate' }, 'console.certificateArn: expected the ARN'],
    [
      'issuer',
      { oidc: { ...page.oidc, issuer: 'http://login.shop.example' } },
      'console.oidc.issuer: expected an address',
    ],
    ['secret', { oidc: { ...page.oidc, clientSecret: 'no name' } }, 'console.oidc.clientSecret: expected the name'],
    ['groups', { groups: { look: '' } }, 'console.groups.look: expected the name of a group'],
    ['groups', { groups: { read: 'a' } }, 'console.groups.look'],
    ['addresses', { from: ['10.0.0.0'] }, 'console.from.0: expected addresses such as 10.0.0.0/8'],
    ['what nobody knows', { grups: {} }, 'grups'],
  ])('is refused in words if it is no %s', (_, change, message) => {
    expect(() => teamPage({ ...page, ...change })).toThrow(message);
  });

  it('names all that is missing', () => {
    expect(() => teamPage({})).toThrow(/console\.domain.*console\.certificateArn.*console\.oidc.*console\.groups/);
  });

  it('opens the page to other addresses, instead of the network’s', () => {
    const made = withPage('dev', { ...page, from: ['10.0.0.0/8', '192.168.0.0/16'] }, false);
    const [around] = Object.values(made.findResources('AWS::EC2::SecurityGroup'));
    expect(around?.Properties.SecurityGroupIngress.map(({ CidrIp }: { CidrIp: string }) => CidrIp)).toEqual([
      '10.0.0.0/8',
      '192.168.0.0/16',
    ]);
  });
});
