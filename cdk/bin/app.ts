/** Entry point of `cdk`: builds the environment that -c environment=… names. */

import { App } from 'aws-cdk-lib';
import { addChecks } from '../checks.ts';
import { fileIn, optionsIn } from '../config/context.ts';
import { environmentNamed } from '../config/environments.ts';
import { localServices } from '../config/local-services.ts';
import { teamPageIn } from '../config/team-page.ts';
import { buildPlatform } from '../platform.ts';

const app = new App();
const fromContext = (key: string) => app.node.tryGetContext(key);

/** Keys of the configuration, such as `-c windows.orders=60`, and `-c config=FILE` in place of tillstream.config.json. */
const context = app.node.getAllContext();
const given = { options: optionsIn(context), file: fileIn(context, process.env) };

const chosen = environmentNamed(fromContext('environment'), { services: localServices(fromContext), ...given });
// To destroy protected stacks: deploy with `-c protected=false`, then destroy with it.
const page = fromContext('console');
const environment = {
  ...chosen,
  ...(page && { console: teamPageIn(page) }),
  protected: chosen.protected && fromContext('protected') !== 'false',
};
buildPlatform(app, environment);
addChecks(app, environment);
