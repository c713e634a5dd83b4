/** The environment of a test's processes: what the shell of whoever runs the tests says of a shop of theirs must not count. */
import { configurationNames } from '#adapters/configuration-file.ts';
import { ownNames, ownOptions } from '#localstack/own/given.ts';

/** Variables that choose services of one's own, or set keys of the configuration. */
const OF_A_SHOP: readonly string[] = [...ownNames.map((name) => ownOptions[name].variable), ...configurationNames];

/** @returns a copy without them */
export const withoutShop = (env: NodeJS.ProcessEnv): NodeJS.ProcessEnv =>
  Object.fromEntries(Object.entries(env).filter(([name]) => !OF_A_SHOP.includes(name)));
