/** Deploys the CDK environment `local` into a real LocalStack with the real functions, repeatedly. */
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CloudFormationClient, DescribeStacksCommand } from '@aws-sdk/client-cloudformation';
import { GetFunctionConfigurationCommand, InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { GetBucketVersioningCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { GetSecretValueCommand, RotateSecretCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { GetParameterCommand, SSMClient } from '@aws-sdk/client-ssm';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { connectKafka } from '#adapters/kafka/index.ts';
import { openPool } from '#adapters/postgres/index.ts';
import { type DatabaseRole, databaseRoles, functions } from '#cdk/config/functions.ts';
import { applyStack } from '#localstack/deployment/apply-stack.ts';
import { ASSETS_BUCKET } from '#localstack/deployment/assembly.ts';
import { deployLocal, type LocalDeployment, type LocalDeploymentOptions } from '#localstack/deployment/deploy.ts';
import { until } from '#localstack/processes/until.ts';
import { sampleEvents } from '../support/sample-events.ts';

const { s3: aws, postgres, kafka, elasticsearch } = inject('stack');
const client = {
  endpoint: aws.endpoint,
  region: aws.region,
  credentials: { accessKeyId: aws.accessKeyId, secretAccessKey: aws.secretAccessKey },
};
const lambda = new LambdaClient(client);
const cloudFormation = new CloudFormationClient(client);
const outdir = mkdtempSync(join(tmpdir(), 'tillstream-deploy-'));

const deploy = (changes: Partial<LocalDeploymentOptions> = {}): Promise<LocalDeployment> =>
  deployLocal({ awsEndpoint: aws.endpoint, postgres, kafka, elasticsearch, outdir, report: () => {}, ...changes });

let deployment: LocalDeployment;
beforeAll(async () => {
  deployment = await deploy();
});
afterAll(() => rmSync(outdir, { recursive: true }));

describe('environment local', () => {
  it('has the bucket that docs/requirements.md names, versioned', async () => {
    const s3 = new S3Client({ ...client, forcePathStyle: true });
    expect(deployment.bucket).toBe('orders-lake');
    expect(await s3.send(new GetBucketVersioningCommand({ Bucket: 'orders-lake' }))).toMatchObject({
      Status: 'Enabled',
    });
  });

  it('publishes names and addresses', async () => {
    const ssm = new SSMClient(client);
    const parameter = await ssm.send(new GetParameterCommand({ Name: '/tillstream/local/lake/bucket' }));
    expect(parameter.Parameter?.Value).toBe('orders-lake');
    expect(await secretText('airflow/variables/tillstream_function_prefix')).toBe(deployment.functionPrefix);
  });

  it.each(databaseRoles)('lets %s log in to PostgreSQL with its secret', async (role) => {
    const pool = await poolOf(role);
    try {
      expect((await pool.query('select current_user as name')).rows).toEqual([{ name: role }]);
    } finally {
      await pool.end();
    }
  });

  it('keeps bi_reader out of the ledger', async () => {
    const pool = await poolOf('bi_reader');
    try {
      expect((await pool.query('select count(*) from warehouse.fact_orders')).rows).toHaveLength(1);
      await expect(pool.query('select * from ledger.deliveries')).rejects.toThrow('permission denied');
    } finally {
      await pool.end();
    }
  });

  it('lets a relay of the version before finish, whose turn is an advisory lock, and nobody else hold the relay up', async () => {
    const [before, reader] = [await poolOf('relay_outbox'), await poolOf('bi_reader')];
    const relay = async () => {
      const FunctionName = `${deployment.functionPrefix}-relay-outbox`;
      const { Payload } = await lambda.send(new InvokeCommand({ FunctionName, Payload: '{}' }));
      return JSON.parse(Payload?.transformToString() ?? '').outcome;
    };
    const owner = openPool({ ...postgres, max: 1 });
    const lock = "select pg_advisory_lock(hashtext('relay-outbox'))";
    const topics = await connectKafka({ bootstrapServers: kafka.bootstrapServers, clientId: 'deploy-test' });
    await topics.createTopics([{ topic: 'dlq', partitions: 1 }]);
    await topics.close();
    try {
      await owner.query("insert into ledger.outbox (topic, record_value) values ('dlq', 'a message')");
      await before.query(lock);
      expect(await relay()).toBe('busy');
      await before.query("select pg_advisory_unlock(hashtext('relay-outbox'))");
      await expect(reader.query(lock)).rejects.toThrow('permission denied');
      await owner.query(lock);
      expect(await relay()).toBe('drained');
    } finally {
      for (const each of [before, reader, owner]) await each.end();
    }
  });

  it('has every function, and each handles a sample event with its bundle and layers', async () => {
    const events = await sampleEvents(kafka.bootstrapServers);
    for (const [name, Payload] of events) {
      const FunctionName = `${deployment.functionPrefix}-${name}`;
      const answer = await lambda.send(new InvokeCommand({ FunctionName, Payload }));
      expect(answer.FunctionError, `${name}: ${answer.Payload?.transformToString()}`).toBeUndefined();
    }
    const invoked = new Set(events.map(([name]) => name));
    expect(Object.keys(functions).filter((name) => !invoked.has(name))).toEqual(['rotate-passwords']);
  });

  it('rotates a password: Secrets Manager has the new one, and PostgreSQL accepts only that', async () => {
    const old = await passwordOf('prove');
    const rotation = lambda.send(
      new GetFunctionConfigurationCommand({ FunctionName: `${deployment.functionPrefix}-rotate-passwords` }),
    );
    const secrets = new SecretsManagerClient(client);
    const SecretId = deployment.databaseSecrets.prove;
    await secrets.send(new RotateSecretCommand({ SecretId, RotationLambdaARN: (await rotation).FunctionArn }));
    await until(async () => (await passwordOf('prove')) !== old, { what: 'prove has a new password', within: 120_000 });

    const pool = await poolOf('prove');
    expect((await pool.query('select current_user as name')).rows).toEqual([{ name: 'prove' }]);
    await pool.end();
    const { host, port, database } = postgres;
    const late = openPool({ host, port, database, user: 'prove', password: old, max: 1 });
    await expect(late.query('select 1')).rejects.toThrow('password authentication failed');
    await late.end();
  });
});

describe('deploying again', () => {
  it('changes nothing and bundles nothing if no source has changed', async () => {
    const made = readdirSync(outdir);
    const passwords = await Promise.all(databaseRoles.map(passwordOf));
    const again = await deploy();

    expect(again).toEqual({ ...deployment, migrations: [] });
    expect(readdirSync(outdir)).toEqual(made);
    expect(await Promise.all(databaseRoles.map(passwordOf))).toEqual(passwords);
  });

  it('updates an address that has changed without bundling, and keeps passwords', async () => {
    const made = readdirSync(outdir);
    const passwords = await Promise.all(databaseRoles.map(passwordOf));
    await deploy({ kafka: { bootstrapServers: '127.0.0.1:1' } });
    expect(await bootstrapServers()).toBe('127.0.0.1:1');
    expect(readdirSync(outdir)).toEqual(made);

    await deploy();
    expect(await bootstrapServers()).toBe(kafka.bootstrapServers);
    expect(await Promise.all(databaseRoles.map(passwordOf))).toEqual(passwords);
  });

  it('reports the error of migrate-database if it fails', async () => {
    const server = openPool({ ...postgres, max: 1 });
    await server.query('create database taken');
    const taken = openPool({ ...postgres, database: 'taken', max: 1 });
    await taken.query('create schema ledger');
    await Promise.all([server.end(), taken.end()]);
    await expect(deploy({ postgres: { ...postgres, database: 'taken' } })).rejects.toThrow(
      /^tillstream-local-migrate-database failed: .*schema "ledger" already exists/,
    );
    await expect(deploy({ postgres: { ...postgres, database: 'no_such_database' } })).rejects.toThrow(
      'database "no_such_database" does not exist',
    );
    await deploy();
  });
});

describe('a stack', () => {
  const name = 'tillstream-test-failing';
  const parameter = (Name: string, Type: string) => ({
    Type: 'AWS::SSM::Parameter',
    Properties: { Name, Type, Value: 'x' },
  });
  const stackOf = (Resources: object) => ({ name, dependsOn: [], template: { Resources } });
  const one = { One: parameter('/tillstream/test/one', 'String') };
  const good = { ...one, Two: parameter('/tillstream/test/two', 'String') };
  const bad = { ...one, Two: parameter('/tillstream/test/two', 'NoSuchType') };
  const statusOf = async () => {
    const { Stacks } = await cloudFormation.send(new DescribeStacksCommand({ StackName: name }));
    return Stacks?.[0]?.StackStatus;
  };

  it('that fails is named with its resource and the reason, and can be deployed once it is fixed', async () => {
    const failure = /^Stack tillstream-test-failing is \w+: Two \(AWS::SSM::Parameter\): [^;]+$/;
    await expect(applyStack(cloudFormation, stackOf(bad))).rejects.toThrow(failure);
    await applyStack(cloudFormation, stackOf(one));
    expect(await statusOf()).toBe('CREATE_COMPLETE');

    await expect(applyStack(cloudFormation, stackOf(bad))).rejects.toThrow(failure);
    await applyStack(cloudFormation, stackOf(good));
    expect(await statusOf()).toBe('UPDATE_COMPLETE');
  });

  it('may have a template larger than CloudFormation takes in a request, which the functions’ template is about to be', async () => {
    const s3 = new S3Client({ ...client, forcePathStyle: true });
    const large = { ...stackOf({ One: parameter('/tillstream/test/large', 'String') }), name: `${name}-large` };
    const template = { ...large.template, Metadata: { Note: 'x'.repeat(51_200) } };
    await s3.send(new PutObjectCommand({ Bucket: ASSETS_BUCKET, Key: large.name, Body: JSON.stringify(template) }));
    await applyStack(cloudFormation, { ...large, template }, `${aws.endpoint}/${ASSETS_BUCKET}/${large.name}`);
    const { Stacks } = await cloudFormation.send(new DescribeStacksCommand({ StackName: large.name }));
    expect(Stacks?.[0]?.StackStatus).toBe('CREATE_COMPLETE');
  });

  it('can fail because of its trigger, and reports the function’s error', async () => {
    const { FunctionArn } = await lambda.send(
      new GetFunctionConfigurationCommand({ FunctionName: `${deployment.functionPrefix}-redrive-dead-letters` }),
    );
    const Properties = { ServiceToken: FunctionArn, HandlerArn: FunctionArn };
    const stack = { ...stackOf({ Trigger: { Type: 'Custom::Trigger', Properties } }), name: `${name}-trigger` };
    await expect(applyStack(cloudFormation, stack)).rejects.toThrow(
      'tillstream-local-redrive-dead-letters failed: Expected {"dead_letter_ids"',
    );
  });
});

async function bootstrapServers(): Promise<string | undefined> {
  const FunctionName = `${deployment.functionPrefix}-archive-orders`;
  const { Environment } = await lambda.send(new GetFunctionConfigurationCommand({ FunctionName }));
  return Environment?.Variables?.KAFKA_BOOTSTRAP_SERVERS;
}

async function secretText(SecretId: string): Promise<string> {
  const secrets = new SecretsManagerClient(client);
  const { SecretString } = await secrets.send(new GetSecretValueCommand({ SecretId }));
  return SecretString ?? '';
}

async function passwordOf(role: DatabaseRole): Promise<string> {
  const { username, password } = JSON.parse(await secretText(deployment.databaseSecrets[role]));
  expect(username).toBe(role);
  return password;
}

async function poolOf(role: DatabaseRole) {
  const { host, port, database } = postgres;
  return openPool({ host, port, database, user: role, password: await passwordOf(role), max: 1 });
}
