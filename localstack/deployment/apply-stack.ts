/** Creates or updates one CloudFormation stack, and waits until it is done. */
import { setTimeout as delay } from 'node:timers/promises';
import {
  type CloudFormationClient,
  CreateStackCommand,
  DeleteStackCommand,
  DescribeStackEventsCommand,
  DescribeStacksCommand,
  type Stack,
  UpdateStackCommand,
} from '@aws-sdk/client-cloudformation';
import type { SynthesizedStack } from '#cdk/local.ts';

/** Each answer takes LocalStack some 10 ms of processor time, which the deployment itself waits for. */
const POLL_MS = 250;
const DEADLINE_MS = 120_000;

/**
 * @param templateUrl where the template is in S3; without it, the request holds the template, at most 51,200 bytes
 * @throws naming the resource that failed and CloudFormation's reason
 */
export async function applyStack(
  client: CloudFormationClient,
  { name, template }: SynthesizedStack,
  templateUrl?: string,
): Promise<void> {
  const source = templateUrl === undefined ? { TemplateBody: JSON.stringify(template) } : { TemplateURL: templateUrl };
  const present = await describe(client, name);
  // A stack whose creation failed can't be updated, only deleted and created again.
  const broken = /^(CREATE_FAILED|ROLLBACK_COMPLETE|ROLLBACK_FAILED)$/.test(present?.StackStatus ?? '');
  if (broken) {
    await client.send(new DeleteStackCommand({ StackName: name }));
    await settled(client, name);
  }
  const update = present !== undefined && !broken;
  const started = new Date();
  if (!(await start(client, name, source, update))) return;

  const stack = await settled(client, name);
  const status = stack?.StackStatus ?? 'gone';
  // LocalStack 4.13.1 reports an update as complete even if a resource failed; its events tell.
  const failed = await failures(client, name, started);
  if (failed || !/^(CREATE|UPDATE)_COMPLETE$/.test(status))
    throw new Error(`Stack ${name} is ${status}: ${failed || stack?.StackStatusReason}`);
}

/** @returns false if the stack is up to date */
async function start(
  client: CloudFormationClient,
  name: string,
  source: { TemplateBody: string } | { TemplateURL: string },
  update: boolean,
): Promise<boolean> {
  const input = {
    StackName: name,
    ...source,
    Capabilities: ['CAPABILITY_IAM' as const],
  };
  if (!update) {
    await client.send(new CreateStackCommand({ ...input, OnFailure: 'DO_NOTHING' }));
    return true;
  }
  try {
    await client.send(new UpdateStackCommand(input));
    return true;
  } catch (error) {
    if (/No updates are to be performed/.test((error as Error).message)) return false;
    throw error;
  }
}

async function settled(client: CloudFormationClient, name: string): Promise<Stack | undefined> {
  const deadline = Date.now() + DEADLINE_MS;
  for (;;) {
    const stack = await describe(client, name);
    if (!stack?.StackStatus?.endsWith('_IN_PROGRESS')) return stack;
    if (Date.now() > deadline)
      throw new Error(
        `Timed out after ${DEADLINE_MS / 1000} s waiting for stack ${name}, which is still ${stack.StackStatus}`,
      );
    await delay(POLL_MS);
  }
}

async function describe(client: CloudFormationClient, name: string): Promise<Stack | undefined> {
  try {
    const { Stacks } = await client.send(new DescribeStacksCommand({ StackName: name }));
    const stack = Stacks?.[0];
    return stack?.StackStatus === 'DELETE_COMPLETE' ? undefined : stack;
  } catch (error) {
    if (/does not exist/.test((error as Error).message)) return undefined;
    throw error;
  }
}

/** The resources that have failed since then, without those that were only cancelled. */
async function failures(client: CloudFormationClient, name: string, since: Date): Promise<string> {
  const { StackEvents = [] } = await client.send(new DescribeStackEventsCommand({ StackName: name }));
  return StackEvents.filter(({ Timestamp, ResourceStatus, ResourceStatusReason, ResourceType }) => {
    const failed = ResourceStatus?.endsWith('_FAILED') && ResourceType !== 'AWS::CloudFormation::Stack';
    return failed && Timestamp && Timestamp >= since && !/cancelled/i.test(ResourceStatusReason ?? '');
  })
    .map((event) => `${event.LogicalResourceId} (${event.ResourceType}): ${event.ResourceStatusReason}`)
    .join('; ');
}
