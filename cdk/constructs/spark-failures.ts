import { EventField, Rule, RuleTargetInput } from 'aws-cdk-lib/aws-events';
import { SnsTopic } from 'aws-cdk-lib/aws-events-targets';
import type { Topic } from 'aws-cdk-lib/aws-sns';
import type { Construct } from 'constructs';
import { runbookLink } from '../alarms/alarm.ts';
import { acknowledge } from '../findings.ts';

/** Alerts on every Spark job that failed, including those that no DAG waits for, such as the stream. */
export function tellSparkFailures(scope: Construct, id: string, applicationId: string, topic: Topic): void {
  const rule = new Rule(scope, id, {
    description: 'A Spark job failed',
    eventPattern: {
      source: ['aws.emr-serverless'],
      detailType: ['EMR Serverless Job Run State Change'],
      detail: { applicationId: [applicationId], state: ['FAILED'] },
    },
    targets: [
      new SnsTopic(topic, {
        message: RuleTargetInput.fromText(
          `Spark job ${EventField.fromPath('$.detail.jobRunId')} failed. ${runbookLink('A Spark job failed')}`,
        ),
      }),
    ],
  });
  acknowledge(
    rule,
    'Serverless-EventBusDLQ',
    'EventBridge tries for a day to tell the topic; the failure stays in the job list.',
  );
}
