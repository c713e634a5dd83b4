/** Entry point of `cdk`: builds the environment that -c environment=… names. */
import { App } from 'aws-cdk-lib';
import { addChecks } from '../checks.ts';
import { environmentNamed } from '../config/environments.ts';
import { localServices } from '../config/local-services.ts';
import { teamPageIn } from '../config/team-page.ts';
import { buildPlatform } from '../platform.ts';

const app = new App();
const fromContext = (key: string) => app.node.tryGetContext(key);

const chosen = environmentNamed(fromContext('environment'), localServices(fromContext));
// To destroy protected stacks: deploy with `-c protected=false`, then destroy with it.
const page = fromContext('console');
const environment = {
  ...chosen,
  ...(page && { console: teamPageIn(page) }),
  protected: chosen.protected && fromContext('protected') !== 'false',
  alertEmails: String(fromContext('alertEmails') ?? '')
    .split(',')
    .filter(Boolean),
};
buildPlatform(app, environment);
addChecks(app, environment);
