/** Elasticsearch: found where the environment says it is, or made. */
import type { App, Stack, StackProps } from 'aws-cdk-lib';
import type { BuiltBackbone } from './backbone.ts';
import type { Environment } from './config/environment.ts';
import { stackName } from './config/names.ts';
import type { SsmValue } from './config/ssm-value.ts';
import { SearchStack } from './stacks/search.ts';

export interface BuiltSearch {
  /** Absent if the secret says it. */
  readonly url?: SsmValue;
  /** Whether it asks who one is; the answer is in the secret that names.ts names. */
  readonly login: boolean;
  /** That makes it. */
  readonly stack?: Stack;
}

/** @throws if the node has no network of ours to stand in */
export function buildSearch(
  app: App,
  { name, search }: Environment,
  { connections }: BuiltBackbone,
  common: StackProps,
): BuiltSearch {
  if (search.kind === 'existing') return search;
  const { network } = connections;
  if (!network) throw new Error(`Environment ${name} has a search node, which needs a backbone of kind "made".`);
  const props = { ...common, environmentName: name, node: search, network };
  return { login: true, stack: new SearchStack(app, stackName(name, 'search'), props) };
}
