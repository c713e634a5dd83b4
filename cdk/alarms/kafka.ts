/** Alarms on Kafka: every partition has a leader, and the brokers have disk space. */
import { type Area, ofService } from './alarm.ts';

export interface WatchedKafka {
  readonly clusterName: string;
  readonly brokers: number;
}

/** https://docs.aws.amazon.com/msk/latest/developerguide/metrics-details.html: these exist at every monitoring level. */
export function kafka({ clusterName, brokers }: WatchedKafka): Area {
  const cluster = { 'Cluster Name': clusterName };
  const eachBroker = (name: string) =>
    Array.from({ length: brokers }, (_, broker) =>
      ofService('AWS/Kafka', name, { ...cluster, 'Broker ID': String(broker + 1) }),
    );
  return {
    title: 'Kafka',
    alarms: [
      {
        name: 'kafka-offline-partitions',
        heading: 'Kafka has partitions without a leader',
        what: 'Some partitions of Kafka can be neither written nor read.',
        metric: ofService('AWS/Kafka', 'OfflinePartitionsCount', cluster),
        threshold: 1,
        periods: 2,
      },
      ...eachBroker('KafkaDataLogsDiskUsed').map((metric, index) => ({
        name: `kafka-disk-${index + 1}`,
        heading: "Kafka's disks fill up",
        what: `Broker ${index + 1} has used 85 % of its disk, though it should have grown at 60 %.`,
        metric,
        threshold: 85,
        periods: 3,
      })),
    ],
    graphs: {
      'Disks, % used': eachBroker('KafkaDataLogsDiskUsed'),
      'Processors, % used': eachBroker('CpuUser'),
    },
  };
}
