/** Entry point of `cdk`: builds the environment that -c environment=… names. */

import { App } from 'aws-cdk-lib';
import { keyNames } from '#domain/configuration/keys.ts';
import { addChecks } from '../checks.ts';
import { environmentNamed } from '../config/environments.ts';
import { localServices } from '../config/local-services.ts';
import { teamPageIn } from '../config/team-page.ts';
import { buildPlatform } from '../platform.ts';

const app = new App();
const fromContext = (key: string) => app.node.tryGetContext(key);

/** Keys of the configuration, such as `-c windows.orders=60`; alertEmails is the old name of alerts.emails. */
const options = Object.fromEntries(
  [...keyNames.map((name) => [name, fromContext(name)]), ['alerts.emails', fromContext('alertEmails')]]
    .filter(([, value]) => value !== undefined)
    .map(([name, value]) => [name, String(value)]),
);

const chosen = environmentNamed(fromContext('environment'), { services: localServices(fromContext), options });
// To destroy protected stacks: deploy with `-c protected=false`, then destroy with it.
const page = fromContext('console');
const environment = {
  ...chosen,
  ...(page && { console: teamPageIn(page) }),
  protected: chosen.protected && fromContext('protected') !== 'false',
};
buildPlatform(app, environment);
addChecks(app, environment);
