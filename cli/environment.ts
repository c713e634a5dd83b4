/** An environment in AWS in place of the stack of this machine: asked by its function `console`, changed by the functions that act. */
import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { awsLimits } from '#adapters/aws.ts';
import { callerOf } from '#adapters/iam-login.ts';
import { calledByPeople } from '#cdk/config/functions.ts';
import { functionNamed, functionPrefix, peoplesPolicyName } from '#cdk/config/names.ts';
import { askBy } from '#operations/asking/answer.ts';
import type { Backbone } from '#operations/backbone.ts';
import { UserError } from './command.ts';
import { functionOf, invokeAs } from './invoke.ts';

/** How a command that takes it says so. */
export const ENVIRONMENT_USAGE = `
  --environment NAME  ask that environment in AWS instead of the stack of this machine, by your AWS login; it takes the policy
                      tillstream-NAME-look, and tillstream-NAME-act for what changes something
  --region REGION     where it is, if not where your AWS login says`;

export interface Taken {
  readonly environment: string | undefined;
  /** What is the command's own. */
  readonly rest: readonly string[];
}

/** @throws UserError if a value is missing, or can't be one */
export function takeEnvironment(args: readonly string[]): Taken & { readonly region: string | undefined } {
  const rest: string[] = [];
  const found: Record<string, string> = {};
  for (let at = 0; at < args.length; at += 1) {
    const arg = args[at] ?? '';
    const [, name, value] = /^--(environment|region)(?:=(.*))?$/.exec(arg) ?? [];
    if (name === undefined) rest.push(arg);
    else {
      const given = value ?? args[++at] ?? '';
      if (!/^[a-z][a-z0-9-]{0,30}$/.test(given))
        throw new UserError(
          `--${name}: expected a name such as ${name === 'region' ? 'eu-west-1' : 'prod'}, got "${given}"`,
        );
      found[name] = given;
    }
  }
  const { environment, region } = found;
  if (region !== undefined && environment === undefined) throw new UserError('--region goes with --environment.');
  return { environment, region, rest };
}

/** Of this process, which works for one command. */
let chosen: string | undefined;

/** What works with a backbone from now on works with this one. */
export function chooseEnvironment(environment: string, region: string | undefined): void {
  chosen = environment;
  // Every client of the SDK finds it there.
  if (region !== undefined) process.env.AWS_REGION = region;
}

/** @returns undefined if it is the stack of this machine */
export const chosenEnvironment = (): string | undefined => chosen;

/** Its parts can't be reached: they are in a network of their own. */
export function environmentBackbone(environment: string): Backbone {
  const invoke: Backbone['invoke'] = (name, payload) =>
    invokeAs<never>({}, functionPrefix(environment), functionOf(name), payload).catch(explain(environment, name));
  const away = (part: string): never => {
    throw new UserError(
      `This needs ${part} itself, which only the network of environment ${environment} reaches. docs/runbook.md says what to do there.`,
    );
  };
  return {
    ...{ invoke, ask: askBy(invoke) },
    get pool() {
      return away('PostgreSQL');
    },
    kafka: async () => away('Kafka'),
    get lake() {
      return away('the lake');
    },
  };
}

/** Whether this login may act: asked without acting. */
export async function mayAct(environment: string): Promise<boolean> {
  const [name] = calledByPeople.act;
  const client = new LambdaClient(awsLimits);
  const FunctionName = functionNamed(environment, name);
  try {
    await client.send(new InvokeCommand({ FunctionName, InvocationType: 'DryRun' }));
    return true;
  } catch (error) {
    if ((error as Error).name === 'AccessDeniedException') return false;
    return explain(environment, name)(error);
  } finally {
    client.destroy();
  }
}

/** The user or the session as whom AWS knows this process: `ada` of …:user/ada, and of …:assumed-role/Developer/ada. */
export async function loginName(): Promise<string> {
  const arn = await callerOf(process.env.AWS_ENDPOINT_URL).catch(explain('', ''));
  return arn.split(/[/:]/).at(-1) ?? arn;
}

/** What AWS says to people who have no login, or not the right one. */
const explain =
  (environment: string, name: string) =>
  (cause: unknown): never => {
    const error = cause as Error;
    if (error.name === 'ResourceNotFoundException')
      throw new UserError(
        `There is no function ${functionNamed(environment, name)} there: is ${environment} deployed in this account, in this version? --region names another region.`,
        { cause },
      );
    if (error.name === 'AccessDeniedException') {
      const may = name === 'console' ? 'look' : 'act';
      throw new UserError(
        `Your AWS login may not call ${functionNamed(environment, name)}: it takes the policy ${peoplesPolicyName(environment, may)}.`,
        { cause },
      );
    }
    if (/Credential|ExpiredToken|UnrecognizedClient|InvalidClientTokenId/.test(`${error.name} ${error.message}`))
      throw new UserError(`AWS knows no login of yours (${error.message}): log in, such as with aws sso login.`, {
        cause,
      });
    if (/Region is missing/.test(error.message))
      throw new UserError('Your AWS login says no region: --region names one.', { cause });
    throw error;
  };
