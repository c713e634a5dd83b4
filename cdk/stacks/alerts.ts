import { Stack, type StackProps } from 'aws-cdk-lib';
import { Alias } from 'aws-cdk-lib/aws-kms';
import { Topic } from 'aws-cdk-lib/aws-sns';
import type { Construct } from 'constructs';
import { alertTopicName } from '../config/names.ts';

export interface AlertsStackProps extends StackProps {
  readonly environmentName: string;
}

/** Where people hear what needs them. A stack of its own, so that their subscriptions outlive the functions. */
export class AlertsStack extends Stack {
  readonly topic: Topic;

  constructor(scope: Construct, id: string, { environmentName, ...props }: AlertsStackProps) {
    super(scope, id, props);
    this.topic = new Topic(this, 'Topic', {
      topicName: alertTopicName(environmentName),
      // The account's key for SNS: whoever may publish by this account's IAM may use it.
      masterKey: Alias.fromAliasName(this, 'Key', 'alias/aws/sns'),
      enforceSSL: true,
    });
  }
}
