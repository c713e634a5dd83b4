import { RemovalPolicy, Stack, type StackProps } from 'aws-cdk-lib';
import { PolicyStatement, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Key } from 'aws-cdk-lib/aws-kms';
import { Topic } from 'aws-cdk-lib/aws-sns';
import { EmailSubscription } from 'aws-cdk-lib/aws-sns-subscriptions';
import type { Construct } from 'constructs';
import { alertTopicName } from '../config/names.ts';

export interface AlertsStackProps extends StackProps {
  readonly environmentName: string;
  /** Whom to tell; each first gets a message that asks to confirm. */
  readonly emails: readonly string[];
}

/** Services that tell people: alarms, failed Spark jobs, the budget. */
const tellers = ['cloudwatch', 'events', 'budgets'].map((service) => `${service}.amazonaws.com`);

/** Where people hear what needs them. A stack of its own, so that their subscriptions outlive the functions. */
export class AlertsStack extends Stack {
  readonly topic: Topic;

  constructor(scope: Construct, id: string, { environmentName, emails, ...props }: AlertsStackProps) {
    super(scope, id, props);
    // Alarms can't use the account's own key for SNS, and their messages would be lost in silence:
    // https://docs.aws.amazon.com/sns/latest/dg/sns-key-management.html
    const key = new Key(this, 'Key', {
      description: `Alerts of ${environmentName}`,
      enableKeyRotation: true,
      removalPolicy: RemovalPolicy.DESTROY,
    });
    this.topic = new Topic(this, 'Topic', {
      topicName: alertTopicName(environmentName),
      masterKey: key,
      enforceSSL: true,
    });
    const principals = tellers.map((teller) => new ServicePrincipal(teller));
    const conditions = { StringEquals: { 'aws:SourceAccount': this.account } };
    key.addToResourcePolicy(
      new PolicyStatement({
        actions: ['kms:Decrypt', 'kms:GenerateDataKey'],
        resources: ['*'], // in the policy of a key: this key
        principals,
        conditions,
      }),
    );
    // A topic with a policy of its own lets no service of the account in, unless it says so.
    this.topic.addToResourcePolicy(
      new PolicyStatement({ actions: ['sns:Publish'], resources: [this.topic.topicArn], principals, conditions }),
    );
    for (const email of emails) this.topic.addSubscription(new EmailSubscription(email));
  }
}
