/** Deploys the CDK environment `local` into LocalStack and brings the database up to date. */
import { readFile } from 'node:fs/promises';
import { CloudFormationClient } from '@aws-sdk/client-cloudformation';
import { LambdaClient } from '@aws-sdk/client-lambda';
import { CreateBucketCommand, HeadObjectCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { PutSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { configurationOf } from '#adapters/configuration-file.ts';
import { invokeFunction } from '#adapters/invoke-function.ts';
import { type DatabaseRole, databaseRoles } from '#cdk/config/functions.ts';
import { localLakeBucket } from '#cdk/config/local-services.ts';
import { databaseSecretName, functionNamed, functionPrefix, stackName } from '#cdk/config/names.ts';
import type { Configuration } from '#domain/configuration/keys.ts';
import { localCredentials, REGION } from '../services/local-aws.ts';
import { applyStack } from './apply-stack.ts';
import { ASSETS_BUCKET, type Assembly, localAssembly } from './assembly.ts';
import { requireKnownMigrations } from './known-migrations.ts';
import { fillIn } from './local-addresses.ts';

export interface LocalDeploymentOptions {
  /** Such as http://127.0.0.1:4566. */
  readonly awsEndpoint: string;
  /** The database and the user that owns its schemas. */
  readonly postgres: {
    readonly host: string;
    readonly port: number;
    readonly database: string;
    readonly user: string;
    readonly password: string;
  };
  readonly kafka: { readonly bootstrapServers: string };
  readonly elasticsearch: { readonly url: string };
  /** Passwords of roles that programs outside the deployment log in as; other roles' are generated. */
  readonly passwords?: Readonly<Partial<Record<DatabaseRole, string>>>;
  /** As this machine's file and variables say, unless given. */
  readonly configuration?: Configuration;
  /** The folder in which templates and bundles are kept between deployments. */
  readonly outdir: string;
  report(progress: string): void;
}

export interface LocalDeployment {
  readonly environment: 'local';
  /** A function's name is `<functionPrefix>-<name>`, such as tillstream-local-prove. */
  readonly functionPrefix: string;
  readonly bucket: string;
  /** Secrets Manager secret of each database role: JSON with `username` and `password`. */
  readonly databaseSecrets: Readonly<Record<DatabaseRole, string>>;
  /** Migrations that this deployment applied. */
  readonly migrations: readonly string[];
}

/**
 * Idempotent: updates what exists.
 *
 * @throws naming the resource that could not be made, or with the answer of migrate-database; or if the database is of a later
 * version
 */
export async function deployLocal(options: LocalDeploymentOptions): Promise<LocalDeployment> {
  const { postgres, kafka, elasticsearch, passwords = {}, report } = options;
  const services = {
    postgresHost: postgres.host,
    postgresPort: postgres.port,
    postgresDatabase: postgres.database,
    postgresUser: postgres.user,
    kafkaBootstrapServers: kafka.bootstrapServers,
    elasticsearchUrl: elasticsearch.url,
  };
  await requireKnownMigrations(postgres);
  const aws = connect(options.awsEndpoint);

  report('bundling functions');
  const { configuration = configurationOf('local').values } = options;
  const { stacks, assets } = await localAssembly({ configuration }, options.outdir);
  const filled = stacks.map((stack) => ({ ...stack, template: fillIn(stack.template, services) }));
  const assembly = { assets, stacks: filled };
  await uploadAssets(aws.s3, assembly);

  report('creating stacks');
  const templateUrl = (name: string) => `${options.awsEndpoint}/${ASSETS_BUCKET}/${templateKey(name)}`;
  await applyInOrder(aws.cloudFormation, assembly, templateUrl, {
    // Set before functions log in. In the cloud the admin's password is generated with the database; here the database exists.
    [stackName('local', 'database-access')]: async () => {
      await storePassword(aws.secrets, 'admin', postgres.user, postgres.password);
      for (const [role, password] of Object.entries(passwords))
        await storePassword(aws.secrets, role as DatabaseRole, role, password);
    },
  });

  report('migrating the database');
  const { applied } = await migrateDatabase(aws.lambda);
  return {
    environment: 'local',
    functionPrefix: functionPrefix('local'),
    bucket: localLakeBucket,
    databaseSecrets: Object.fromEntries(
      databaseRoles.map((role) => [role, databaseSecretName('local', role)]),
    ) as Record<DatabaseRole, string>,
    migrations: applied,
  };
}

function connect(endpoint: string) {
  const client = { endpoint, region: REGION, credentials: localCredentials };
  return {
    cloudFormation: new CloudFormationClient(client),
    lambda: new LambdaClient(client),
    secrets: new SecretsManagerClient(client),
    s3: new S3Client({ ...client, forcePathStyle: true }),
  };
}

const templateKey = (stack: string): string => `${stack}.template.json`;

async function uploadAssets(s3: S3Client, { assets, stacks }: Assembly): Promise<void> {
  await s3.send(new CreateBucketCommand({ Bucket: ASSETS_BUCKET })); // in us-east-1 this succeeds even if the bucket exists
  await Promise.all(
    assets.map(async ({ objectKey, zip }) => {
      const at = { Bucket: ASSETS_BUCKET, Key: objectKey };
      const present = await s3.send(new HeadObjectCommand(at)).then(
        () => true,
        () => false,
      );
      if (!present) await s3.send(new PutObjectCommand({ ...at, Body: await readFile(zip) }));
    }),
  );
  // The functions' template is larger than what CloudFormation takes in a request.
  await Promise.all(
    stacks.map(({ name, template }) =>
      s3.send(new PutObjectCommand({ Bucket: ASSETS_BUCKET, Key: templateKey(name), Body: JSON.stringify(template) })),
    ),
  );
}

/**
 * Starts each stack as soon as those that it depends on are deployed.
 *
 * @param afterwards by a stack's name, work done after it and before the stacks that depend on it
 */
async function applyInOrder(
  client: CloudFormationClient,
  { stacks }: Assembly,
  templateUrl: (stack: string) => string,
  afterwards: Readonly<Record<string, () => Promise<void>>>,
): Promise<void> {
  const applied = new Map<string, Promise<void>>();
  for (const stack of stacks) {
    const before = stack.dependsOn.map((name) => applied.get(name));
    const apply = async () => {
      await Promise.all(before);
      await applyStack(client, stack, templateUrl(stack.name));
      await afterwards[stack.name]?.();
    };
    applied.set(stack.name, apply());
  }
  await Promise.all(applied.values());
}

async function storePassword(
  secrets: SecretsManagerClient,
  role: DatabaseRole | 'admin',
  username: string,
  password: string,
): Promise<void> {
  const SecretId = databaseSecretName('local', role);
  const SecretString = JSON.stringify({ username, password });
  await secrets.send(new PutSecretValueCommand({ SecretId, SecretString }));
}

async function migrateDatabase(lambda: LambdaClient): Promise<{ applied: string[] }> {
  const FunctionName = functionNamed('local', 'migrate-database');
  const answer = await invokeFunction<{ applied: string[] } | undefined>(lambda, FunctionName, {});
  if (!Array.isArray(answer?.applied))
    throw new Error(
      `${FunctionName} answered ${JSON.stringify(answer)}; expected {"applied": [names of migrations], …}.`,
    );
  return answer;
}
