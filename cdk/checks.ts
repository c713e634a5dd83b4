import { type App, Validations } from 'aws-cdk-lib';
import { AwsSolutionsChecks } from 'cdk-nag';
import type { Environment } from './config/environments.ts';

/**
 * Every synthesis fails on a finding that is not acknowledged, with its reason, where it arises. CDK's own rules for
 * templates are switched on in cdk.json.
 */
export function addChecks(app: App, { awsSolutionsChecks }: Environment): void {
  if (awsSolutionsChecks) Validations.of(app).addPlugins(new AwsSolutionsChecks());
}
