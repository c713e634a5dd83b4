import { RemovalPolicy, Stack, type StackProps } from 'aws-cdk-lib';
import { PolicyStatement, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Alias, Key } from 'aws-cdk-lib/aws-kms';
import { Topic } from 'aws-cdk-lib/aws-sns';
import { EmailSubscription } from 'aws-cdk-lib/aws-sns-subscriptions';
import type { Construct } from 'constructs';
import type { Environment } from '../config/environment.ts';
import { alertTopicName } from '../config/names.ts';

export interface AlertsStackProps extends StackProps {
  readonly environmentName: string;
  readonly encryption: Environment['encryption'];
  /** Addresses to alert; each first gets a message that asks to confirm. */
  readonly emails: readonly string[];
}

/** Services that publish alerts; CDK itself allows EventBridge where a rule targets the topic. */
const tellers = ['cloudwatch', 'budgets'].map((service) => `${service}.amazonaws.com`);

/** The topic that alerts people. It has a stack of its own, so that subscriptions outlive the functions. */
export class AlertsStack extends Stack {
  readonly topic: Topic;

  constructor(scope: Construct, id: string, { environmentName, encryption, emails, ...props }: AlertsStackProps) {
    super(scope, id, props);
    this.topic = new Topic(this, 'Topic', {
      topicName: alertTopicName(environmentName),
      masterKey:
        encryption === 'own-keys' ? this.ownKey(environmentName) : Alias.fromAliasName(this, 'Key', 'alias/aws/sns'),
      enforceSSL: true,
    });
    // A topic with a policy of its own accepts only the services that the policy names.
    this.topic.addToResourcePolicy(this.letTell(['sns:Publish'], this.topic.topicArn));
    for (const email of emails) this.topic.addSubscription(new EmailSubscription(email));
  }

  /**
   * A key of our own, since alarms can't use the account's default key for SNS: their messages would be lost silently.
   * https://docs.aws.amazon.com/sns/latest/dg/sns-key-management.html
   */
  private ownKey(environmentName: string): Key {
    const key = new Key(this, 'Key', {
      description: `Alerts of ${environmentName}`,
      enableKeyRotation: true,
      removalPolicy: RemovalPolicy.DESTROY,
    });
    key.addToResourcePolicy(this.letTell(['kms:Decrypt', 'kms:GenerateDataKey'], '*')); // in a key's policy: this key
    return key;
  }

  private letTell(actions: string[], resource: string): PolicyStatement {
    return new PolicyStatement({
      actions,
      resources: [resource],
      principals: tellers.map((teller) => new ServicePrincipal(teller)),
      conditions: { StringEquals: { 'aws:SourceAccount': this.account } },
    });
  }
}
