/** Changes to topics that only an administrator makes. */
import kafkajs from 'kafkajs';
import { until } from '#localstack/processes/until.ts';

const WITHIN = 120_000;

/** Deletes the topic and makes it again, empty. Clients that have heard of it fail meanwhile. */
export async function makeTopicAnew(bootstrapServers: string, topic: string, numPartitions: number): Promise<void> {
  await administer(bootstrapServers, async (admin) => {
    await admin.deleteTopics({ topics: [topic] });
    const isGone = async () => !(await admin.listTopics()).includes(topic);
    await until(isGone, { what: `${topic} is deleted`, within: WITHIN });
    // kafkajs fails if it waits for leaders before the broker knows the topic.
    await admin.createTopics({ topics: [{ topic, numPartitions }], waitForLeaders: false });
    await untilThere(admin, topic, numPartitions);
  });
}

/** Resolves when the topic has so many, and their first records can be sent. */
export async function addPartitions(bootstrapServers: string, topic: string, partitions: number): Promise<void> {
  await administer(bootstrapServers, async (admin) => {
    await admin.createPartitions({ topicPartitions: [{ topic, count: partitions }] });
    await untilThere(admin, topic, partitions);
  });
}

/** Resolves when each partition of the topic has a leader. */
function untilThere(admin: kafkajs.Admin, topic: string, partitions: number): Promise<true> {
  const areThere = async () => (await admin.fetchTopicOffsets(topic)).length === partitions;
  return until(areThere, { what: `${topic} has ${partitions} partitions`, within: WITHIN });
}

async function administer<Result>(
  bootstrapServers: string,
  work: (admin: kafkajs.Admin) => Promise<Result>,
): Promise<Result> {
  const client = new kafkajs.Kafka({ brokers: [bootstrapServers], logLevel: kafkajs.logLevel.NOTHING });
  const admin = client.admin();
  await admin.connect();
  try {
    return await work(admin);
  } finally {
    await admin.disconnect();
  }
}
