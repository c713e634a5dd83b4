/** The page for a team, if the environment has one. */
import { readFileSync } from 'node:fs';
import type { App, StackProps } from 'aws-cdk-lib';
import type { Bucket } from 'aws-cdk-lib/aws-s3';
import { inRepository } from '#adapters/repository.ts';
import type { Connections } from './backbone.ts';
import type { Environment } from './config/environment.ts';
import { stackName } from './config/names.ts';
import { teamPage } from './config/team-page.ts';
import type { FunctionsStack } from './stacks/functions.ts';
import { PageStack } from './stacks/page.ts';

export interface Paged {
  readonly connections: Connections;
  readonly bucket: Bucket;
  /** Whose deployment brings the database up to date. */
  readonly functions: FunctionsStack;
}

/** @throws if it is not set as it must be, or without a network of our own */
export function buildTeamPage(app: App, environment: Environment, built: Paged, common: StackProps): void {
  const { name, console: given, functions: settings, configuration } = environment;
  if (!given) return;
  const page = teamPage(given);
  const { connections, bucket, functions } = built;
  const { network } = connections;
  if (!network) throw new Error(`Environment ${name} has a page for a team, which needs a backbone of kind "made".`);
  const { version } = JSON.parse(readFileSync(inRepository('package.json'), 'utf8'));
  const stack = new PageStack(app, stackName(name, 'page'), {
    ...common,
    ...{ environmentName: name, version, page, settings, configuration, connections, network, bucket },
    protected: environment.protected,
  });
  stack.addStackDependency(functions, 'It reads what the latest migration made, and calls functions');
}
