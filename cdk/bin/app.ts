/** What `cdk` runs: the environment that -c environment=… names. */
import { App, Validations } from 'aws-cdk-lib';
import { AwsSolutionsChecks } from 'cdk-nag';
import { defaultLocalServices, environmentNamed } from '../config/environments.ts';
import { buildPlatform } from '../platform.ts';

const app = new App();
const services = Object.entries(defaultLocalServices).map(([key, value]) => [
  key,
  app.node.tryGetContext(key) ?? value,
]);
const environment = environmentNamed(app.node.tryGetContext('environment'), Object.fromEntries(services));

buildPlatform(app, environment);
if (environment.awsSolutionsChecks) Validations.of(app).addPlugins(new AwsSolutionsChecks());
