/** What `cdk` runs: the environment that -c environment=… names. */
import { App } from 'aws-cdk-lib';
import { addChecks } from '../checks.ts';
import { defaultLocalServices, environmentNamed } from '../config/environments.ts';
import { buildPlatform } from '../platform.ts';

const app = new App();
const fromContext = (key: string) => app.node.tryGetContext(key);

const environment = environmentNamed(fromContext('environment'), {
  postgresHost: fromContext('postgresHost') ?? defaultLocalServices.postgresHost,
  postgresPort: Number(fromContext('postgresPort') ?? defaultLocalServices.postgresPort),
  postgresDatabase: fromContext('postgresDatabase') ?? defaultLocalServices.postgresDatabase,
  postgresUser: fromContext('postgresUser') ?? defaultLocalServices.postgresUser,
  kafkaBootstrapServers: fromContext('kafkaBootstrapServers') ?? defaultLocalServices.kafkaBootstrapServers,
  elasticsearchUrl: fromContext('elasticsearchUrl') ?? defaultLocalServices.elasticsearchUrl,
});
buildPlatform(app, environment);
addChecks(app, environment);
