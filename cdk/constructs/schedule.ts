import { Duration } from 'aws-cdk-lib';
import { Rule, RuleTargetInput, Schedule } from 'aws-cdk-lib/aws-events';
import { LambdaFunction } from 'aws-cdk-lib/aws-events-targets';
import { acknowledge } from '../findings.ts';
import type { NodeFunction } from './node-function.ts';

/** Invokes the function every `minutes` minutes, each time with the same event. */
export function runEvery(target: NodeFunction, minutes: number, event: object = {}): Rule {
  const rule = new Rule(target, 'Schedule', {
    schedule: Schedule.rate(Duration.minutes(minutes)),
    targets: [new LambdaFunction(target.lambda, { event: RuleTargetInput.fromObject(event), retryAttempts: 0 })],
  });
  acknowledge(rule, 'Serverless-EventBusDLQ', 'The next event says the same, and comes within minutes.');
  return rule;
}
