/** Wires all stacks. They are cut by lifecycle, so that replacing code never replaces data. */
import { type App, type IReusableStackSynthesizer, Tags } from 'aws-cdk-lib';
import { buildBackbone } from './backbone.ts';
import type { Environment } from './config/environment.ts';
import { stackName } from './config/names.ts';
import { buildOperations } from './operations.ts';
import { buildSearch } from './search.ts';
import { AlertsStack } from './stacks/alerts.ts';
import { FunctionsStack } from './stacks/functions.ts';
import { LakeStack } from './stacks/lake.ts';
import { ParametersStack } from './stacks/parameters.ts';
import { buildTeamPage } from './team-page.ts';

/** @param synthesizer decides where assets go and which roles deploy; by default those of `cdk bootstrap` */
export function buildPlatform(app: App, environment: Environment, synthesizer?: IReusableStackSynthesizer): void {
  const { name, onDelete } = environment;
  const common = synthesizer ? { synthesizer } : {};

  const { bucket } = new LakeStack(app, stackName(name, 'lake'), {
    ...common,
    lake: environment.lake,
    encryption: environment.encryption,
    onDelete,
    protected: environment.protected,
  });
  const { topic: alertTopic } = new AlertsStack(app, stackName(name, 'alerts'), {
    ...common,
    environmentName: name,
    encryption: environment.encryption,
    emails: environment.configuration['alerts.emails'],
  });
  const backbone = buildBackbone(app, environment, common);
  const search = buildSearch(app, environment, backbone, common);
  const functions = new FunctionsStack(app, stackName(name, 'functions'), {
    ...common,
    ...backbone,
    environmentName: name,
    settings: environment.functions,
    search,
    bucket,
    alertTopic,
    configuration: environment.configuration,
  });
  const parameters = new ParametersStack(app, stackName(name, 'parameters'), {
    ...common,
    environmentName: name,
    airflowVariablesPrefix: environment.airflowVariablesPrefix,
    bucket,
    alertTopic,
  });
  buildTeamPage(app, environment, { ...backbone, bucket, functions }, common);
  if (environment.operations) {
    const { operations } = environment;
    const calls = [functions, parameters, ...(search.stack ? [search.stack] : [])];
    buildOperations(app, environment, { ...backbone, operations, lake: bucket, alertTopic, calls }, common);
  }

  Tags.of(app).add('project', 'tillstream');
  Tags.of(app).add('environment', name);
}
