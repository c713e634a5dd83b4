import { Stack, type StackProps } from 'aws-cdk-lib';
import {
  Alarm,
  AlarmStatusWidget,
  ComparisonOperator,
  Dashboard,
  GraphWidget,
  type IWidget,
  TextWidget,
  TreatMissingData,
} from 'aws-cdk-lib/aws-cloudwatch';
import { SnsAction } from 'aws-cdk-lib/aws-cloudwatch-actions';
import type { Topic } from 'aws-cdk-lib/aws-sns';
import type { Construct } from 'constructs';
import { type AlarmDefinition, type Area, runbookLink } from '../alarms/alarm.ts';
import { budget } from '../constructs/budget.ts';

export interface ObservabilityStackProps extends StackProps {
  readonly environmentName: string;
  readonly areas: readonly Area[];
  readonly dollarsPerMonth: number;
  readonly alertTopic: Topic;
}

const missing = {
  well: TreatMissingData.NOT_BREACHING,
  alarm: TreatMissingData.BREACHING,
  'as-before': TreatMissingData.IGNORE,
};

/** The alarms for everything that is promised, and one dashboard that shows it. */
export class ObservabilityStack extends Stack {
  constructor(scope: Construct, id: string, props: ObservabilityStackProps) {
    const { environmentName, areas, dollarsPerMonth, alertTopic, ...stackProps } = props;
    super(scope, id, stackProps);
    const dashboard = new Dashboard(this, 'Dashboard', { dashboardName: `tillstream-${environmentName}` });
    const tell = new SnsAction(alertTopic);
    for (const area of areas) {
      const alarms = area.alarms.map((definition) => this.alarm(environmentName, definition, tell));
      dashboard.addWidgets(
        new TextWidget({ markdown: `# ${area.title}`, width: 24, height: 1 }),
        new AlarmStatusWidget({ alarms, width: 24, height: 1 + Math.ceil(alarms.length / 4) }),
      );
      dashboard.addWidgets(...graphsOf(area));
    }
    dashboard.addWidgets(
      new TextWidget({
        markdown: `# Cost\nA budget of ${dollarsPerMonth} USD a month. ${runbookLink('The cost passes its budget')}`,
        width: 24,
        height: 2,
      }),
    );
    budget(this, 'Budget', { environmentName, dollarsPerMonth, topic: alertTopic });
  }

  private alarm(environmentName: string, definition: AlarmDefinition, tell: SnsAction): Alarm {
    const { name, heading, what, metric, threshold, below = false, periods = 1 } = definition;
    const alarm = new Alarm(this, name, {
      alarmName: `tillstream-${environmentName}-${name}`,
      alarmDescription: `${what} ${runbookLink(heading)}`,
      metric,
      threshold,
      comparisonOperator: below
        ? ComparisonOperator.LESS_THAN_THRESHOLD
        : ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
      evaluationPeriods: periods,
      treatMissingData: missing[definition.missing ?? 'well'],
    });
    alarm.addAlarmAction(tell);
    alarm.addOkAction(tell);
    return alarm;
  }
}

/** The metrics of an area's alarms, one graph for each heading of the runbook, and the area's further graphs. */
function graphsOf({ alarms, graphs = {} }: Area): IWidget[] {
  const byHeading = Map.groupBy(alarms, ({ heading }) => heading);
  const watched = [...byHeading].map(
    ([title, definitions]) => new GraphWidget({ title, left: definitions.map(({ metric }) => metric), width: 8 }),
  );
  const others = Object.entries(graphs).map(([title, left]) => new GraphWidget({ title, left: [...left], width: 8 }));
  return [...watched, ...others];
}
