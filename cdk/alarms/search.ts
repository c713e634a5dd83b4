/** Alarms on an Elasticsearch node of our own. */
import { type Area, ofService } from './alarm.ts';

export function searchNode(groupName: string): Area {
  const group = { AutoScalingGroupName: groupName };
  return {
    title: 'Elasticsearch',
    alarms: [
      {
        name: 'search-node',
        heading: "Elasticsearch's node is down",
        what: 'The instance that runs Elasticsearch fails its status checks.',
        metric: ofService('AWS/EC2', 'StatusCheckFailed', group),
        threshold: 1,
        periods: 3,
        missing: 'alarm',
      },
    ],
    graphs: { 'Processor, % used': [ofService('AWS/EC2', 'CPUUtilization', group, { statistic: 'Average' })] },
  };
}
