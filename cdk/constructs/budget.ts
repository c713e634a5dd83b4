import { CfnBudget } from 'aws-cdk-lib/aws-budgets';
import type { Topic } from 'aws-cdk-lib/aws-sns';
import type { Construct } from 'constructs';

export interface BudgetProps {
  readonly environmentName: string;
  readonly dollarsPerMonth: number;
  readonly topic: Topic;
}

/**
 * Alerts when the month's cost has passed four fifths of the budget, and when it is forecast to pass all of it. Counts
 * resources with the tag `environment`, once that is a cost allocation tag of the account (docs/runbook.md).
 */
export function budget(
  scope: Construct,
  id: string,
  { environmentName, dollarsPerMonth, topic }: BudgetProps,
): CfnBudget {
  const tellAt = (notificationType: 'ACTUAL' | 'FORECASTED', threshold: number) => ({
    notification: { notificationType, threshold, thresholdType: 'PERCENTAGE', comparisonOperator: 'GREATER_THAN' },
    subscribers: [{ subscriptionType: 'SNS', address: topic.topicArn }],
  });
  return new CfnBudget(scope, id, {
    budget: {
      budgetName: `tillstream-${environmentName}`,
      budgetType: 'COST',
      timeUnit: 'MONTHLY',
      budgetLimit: { amount: dollarsPerMonth, unit: 'USD' },
      costFilters: { TagKeyValue: [`user:environment$${environmentName}`] },
    },
    notificationsWithSubscribers: [tellAt('ACTUAL', 80), tellAt('FORECASTED', 100)],
  });
}
