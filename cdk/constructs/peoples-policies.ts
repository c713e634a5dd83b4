import { ArnFormat, CfnOutput, Stack } from 'aws-cdk-lib';
import { ManagedPolicy, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { Construct } from 'constructs';
import { calledByPeople, type FunctionName } from '../config/functions.ts';
import { functionNamed, peoplesPolicyName } from '../config/names.ts';

/**
 * Two policies to attach to the logins of people: who may look calls the function that answers; who may act also those that act, by their
 * own login, so that IAM decides and CloudTrail has each call.
 */
export class PeoplesPolicies extends Construct {
  constructor(scope: Construct, id: string, environmentName: string) {
    super(scope, id);
    const { look, act, actByCommand } = calledByPeople;
    this.policy(environmentName, 'look', look, 'sees the page, and asks by the command, all records included');
    this.policy(
      environmentName,
      'act',
      [...look, ...act, ...actByCommand],
      'also sends dead letters back, accepts losses, replays, backfills, reports and proves',
    );
  }

  private policy(environmentName: string, may: 'look' | 'act', names: readonly FunctionName[], what: string): void {
    const stack = Stack.of(this);
    const arnFormat = ArnFormat.COLON_RESOURCE_NAME;
    const arnOf = (name: FunctionName) =>
      stack.formatArn({
        ...{ service: 'lambda', resource: 'function', arnFormat },
        resourceName: functionNamed(environmentName, name),
      });
    const policy = new ManagedPolicy(this, may, {
      managedPolicyName: peoplesPolicyName(environmentName, may, stack.region),
      description: `Who has it ${what}, in environment ${environmentName}`,
      statements: [new PolicyStatement({ actions: ['lambda:InvokeFunction'], resources: names.map(arnOf) })],
    });
    new CfnOutput(this, `${may}Policy`, { value: policy.managedPolicyArn, description: `Who has it ${what}` });
  }
}
