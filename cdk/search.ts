/** Elasticsearch: an existing one, or a node of our own. */
import type { App, Stack, StackProps } from 'aws-cdk-lib';
import type { BuiltBackbone } from './backbone.ts';
import type { Environment } from './config/environment.ts';
import { stackName } from './config/names.ts';
import type { SsmValue } from './config/ssm-value.ts';
import { SearchStack } from './stacks/search.ts';

export interface BuiltSearch {
  /** Absent if the secret has it. */
  readonly url?: SsmValue;
  /** Whether it needs a login, which is in the secret that names.ts names. */
  readonly login: boolean;
  /** The stack that makes the node. */
  readonly stack?: Stack;
}

/** @throws if a node of our own is wanted, but no network of our own */
export function buildSearch(
  app: App,
  { name, search }: Environment,
  { connections }: BuiltBackbone,
  common: StackProps,
): BuiltSearch {
  if (search.kind === 'existing') return search;
  const { network } = connections;
  if (!network)
    throw new Error(`Environment ${name} has a search node of its own, which needs a backbone of kind "made".`);
  const props = { ...common, environmentName: name, node: search, network };
  return { login: true, stack: new SearchStack(app, stackName(name, 'search'), props) };
}
