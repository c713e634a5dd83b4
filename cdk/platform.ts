/** The only place that wires stacks: by lifecycle, so that what holds data is never replaced with what computes. */
import { type App, type IReusableStackSynthesizer, Tags } from 'aws-cdk-lib';
import type { Environment } from './config/environments.ts';
import { stackName } from './config/names.ts';
import { AlertsStack } from './stacks/alerts.ts';
import { DatabaseAccessStack } from './stacks/database-access.ts';
import { FunctionsStack } from './stacks/functions.ts';
import { LakeStack } from './stacks/lake.ts';
import { ParametersStack } from './stacks/parameters.ts';

/** @param synthesizer where assets go and who deploys; CDK's bootstrapped roles unless given */
export function buildPlatform(app: App, environment: Environment, synthesizer?: IReusableStackSynthesizer): void {
  const { name, onDelete, database, kafka, search, airflowVariablesPrefix } = environment;
  const common = synthesizer ? { synthesizer } : {};

  const { bucket } = new LakeStack(app, stackName(name, 'lake'), { ...common, lake: environment.lake, onDelete });
  const { topic: alertTopic } = new AlertsStack(app, stackName(name, 'alerts'), {
    ...common,
    environmentName: name,
    onDelete,
  });
  const { secrets } = new DatabaseAccessStack(app, stackName(name, 'database-access'), {
    ...common,
    environmentName: name,
    adminUser: database.adminUser,
    onDelete,
  });
  new FunctionsStack(app, stackName(name, 'functions'), {
    ...common,
    environmentName: name,
    settings: environment.functions,
    database,
    kafka,
    search,
    onDelete,
    bucket,
    secrets,
    alertTopic,
    lateAlert: environment.lateAlert,
  });
  new ParametersStack(app, stackName(name, 'parameters'), {
    ...common,
    environmentName: name,
    airflowVariablesPrefix,
    bucket,
    alertTopic,
  });

  Tags.of(app).add('project', 'tillstream');
  Tags.of(app).add('environment', name);
}
