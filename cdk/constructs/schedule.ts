import { Duration } from 'aws-cdk-lib';
import { Rule, Schedule } from 'aws-cdk-lib/aws-events';
import { LambdaFunction } from 'aws-cdk-lib/aws-events-targets';
import type { NodeFunction } from './node-function.ts';

/** Invokes the function every so many minutes, without an event of its own. */
export function runEvery(target: NodeFunction, minutes: number): void {
  new Rule(target, 'Schedule', {
    schedule: Schedule.rate(Duration.minutes(minutes)),
    targets: [new LambdaFunction(target.lambda, { retryAttempts: 0 })],
  });
}
