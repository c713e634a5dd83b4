import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { Stack } from 'aws-cdk-lib';
import { type LogGroup, RetentionDays } from 'aws-cdk-lib/aws-logs';
import { Bucket } from 'aws-cdk-lib/aws-s3';
import type { AssetOptions } from 'aws-cdk-lib/aws-s3-assets';
import { BucketDeployment, type ISource, Source } from 'aws-cdk-lib/aws-s3-deployment';
import type { Construct } from 'constructs';
import { inRepository } from '#adapters/repository.ts';
import { acknowledge, acknowledgeCustomResource, acknowledgeResource } from '../findings.ts';
import { logGroup } from './log-group.ts';

const NOT_DEPLOYED = ['**/__pycache__/**', '**/*.pyc', '**/tests/**'];

/**
 * Deploys a folder of the repository as it is, under a prefix; files that are no longer in the folder are removed.
 *
 * @param made how its files are made, if not deployed as they are
 * @returns s3:// URI of the prefix, and what must wait for the files
 */
export function deployFolder(
  scope: Construct,
  id: string,
  to: Bucket,
  prefix: string,
  folder: string,
  made: Pick<AssetOptions, 'bundling'> = {},
) {
  const source = Source.asset(inRepository(folder), { exclude: NOT_DEPLOYED, ...made });
  return { uri: to.s3UrlForObject(prefix), deployed: deploy(scope, id, to, prefix, [source]) };
}

/**
 * Deploys small texts, by name. Each name holds a hash of its text, so a changed text has a new name; earlier texts stay for
 * readers that still have the earlier name.
 */
export function deployTexts<Name extends string>(
  scope: Construct,
  id: string,
  to: Bucket,
  prefix: string,
  texts: Readonly<Record<Name, string>>,
) {
  const keys = Object.fromEntries(
    Object.entries<string>(texts).map(([name, text]) => [name, `${hash(text)}-${name}`]),
  ) as Record<Name, string>;
  const sources = Object.entries<string>(texts).map(([name, text]) => Source.data(keys[name as Name], text));
  const deployed = deploy(scope, id, to, prefix, sources, false);
  return {
    keys: Object.fromEntries(Object.entries(keys).map(([name, key]) => [name, `${prefix}/${key}`])) as Record<
      Name,
      string
    >,
    deployed,
  };
}

export const textOf = (path: string): string => readFileSync(inRepository(path), 'utf8');

const hash = (text: string): string => createHash('sha256').update(text).digest('hex').slice(0, 12);

function deploy(
  scope: Construct,
  id: string,
  to: Bucket,
  prefix: string,
  sources: ISource[],
  prune = true,
): BucketDeployment {
  const deployment = new BucketDeployment(scope, id, {
    sources,
    destinationBucket: to,
    destinationKeyPrefix: prefix,
    prune,
    memoryLimit: 256,
    logGroup: logsOf(Stack.of(scope)),
  });
  acceptHandler(Stack.of(scope));
  return deployment;
}

/** CDK makes one function for all bucket deployments of a stack. */
const logsOf = (stack: Stack): LogGroup =>
  (stack.node.tryFindChild('DeploymentLogs') as LogGroup | undefined) ??
  logGroup(stack, 'DeploymentLogs', RetentionDays.ONE_WEEK);

/** Acknowledges the findings of the function that copies the files, which is CDK's own. */
function acceptHandler(stack: Stack): void {
  const handler = stack.node.children.find(({ node }) => node.id.startsWith('Custom::CDKBucketDeployment'));
  if (!handler)
    throw new Error(
      `Expected CDK's function for bucket deployments in ${stack.stackName}; this version of CDK names it differently.`,
    );
  const accepted = {
    'AwsSolutions-IAM4[Policy::arn:<AWS::Partition>:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole]':
      'Writes its log, and nothing else.',
    'AwsSolutions-L1': 'CDK chooses the runtime of its function, and tests it there.',
    'Serverless-LambdaLatestVersion': 'CDK chooses the runtime of its function, and tests it there.',
  };
  acknowledgeCustomResource(handler);
  for (const [id, reason] of Object.entries(accepted)) acknowledge(handler, id, reason);
  const reason = "CDK grants its function reading the assets and writing to this stack's own buckets, with their key.";
  for (const action of grantedActions) acknowledge(handler, `AwsSolutions-IAM5[Action::${action}]`, reason);
  for (const bucket of stack.node.findAll().filter((each) => each instanceof Bucket))
    acknowledgeResource(handler, bucket.arnForObjects('*'), reason);
  acknowledge(handler, `AwsSolutions-IAM5[Resource::arn:<AWS::Partition>:s3:::${ASSETS}/*]`, reason);
}

const grantedActions = [
  's3:GetBucket*',
  's3:GetObject*',
  's3:List*',
  's3:DeleteObject*',
  's3:Abort*',
  'kms:GenerateDataKey*',
  'kms:ReEncrypt*',
];

/** The bucket of `cdk bootstrap`. */
const ASSETS = 'cdk-hnb659fds-assets-<AWS::AccountId>-<AWS::Region>';
