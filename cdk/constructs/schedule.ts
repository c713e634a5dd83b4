import { Duration } from 'aws-cdk-lib';
import { Rule, Schedule } from 'aws-cdk-lib/aws-events';
import { LambdaFunction } from 'aws-cdk-lib/aws-events-targets';
import { acknowledge } from '../findings.ts';
import type { NodeFunction } from './node-function.ts';

/** Invokes the function every so many minutes, without an event of its own. */
export function runEvery(target: NodeFunction, minutes: number): Rule {
  const rule = new Rule(target, 'Schedule', {
    schedule: Schedule.rate(Duration.minutes(minutes)),
    targets: [new LambdaFunction(target.lambda, { retryAttempts: 0 })],
  });
  acknowledge(rule, 'Serverless-EventBusDLQ', 'The event says nothing, and the next one comes within minutes.');
  return rule;
}
