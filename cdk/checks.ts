import { type App, Validations } from 'aws-cdk-lib';
import { AwsSolutionsChecks, ServerlessChecks } from 'cdk-nag';
import type { Environment } from './config/environment.ts';

/**
 * Every synthesis fails on a finding that is not acknowledged beside its resource, with a reason. CDK's own rules for
 * templates are switched on in cdk.json.
 */
export function addChecks(app: App, { securityChecks }: Environment): void {
  if (securityChecks) Validations.of(app).addPlugins(new AwsSolutionsChecks(), new ServerlessChecks());
}
