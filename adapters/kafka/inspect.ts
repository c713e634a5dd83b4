/** What a cluster that somebody else runs is, and whether we could make our topics there. Changes nothing. */
import kafkajs, { type Admin } from 'kafkajs';
import { catalogue, type Topic } from '#domain/streams.ts';
import { type ClientOptions, failFast, newClient } from './client.ts';

export interface Cluster {
  /** Made with the cluster; another one has another, even at the same address. */
  readonly clusterId: string;
  /** Topics of those asked for that aren't there. */
  readonly missing: readonly string[];
  /** What is otherwise than asked for in those that are there, with what to do. */
  readonly faults: readonly string[];
}

/** A topic as it is there. */
export interface PresentTopic {
  readonly topic: string;
  readonly partitions: number;
  /** `cleanup.policy`, such as "compact,delete". */
  readonly cleanup: string;
}

/**
 * @param topics that we shall make where they are missing, and use as they are where they aren't
 * @throws if no broker answers, or if it wouldn't let us make a topic
 */
export async function inspectCluster(client: ClientOptions, topics: readonly Topic[]): Promise<Cluster> {
  const admin = newClient(client).admin({ retry: { ...failFast, retries: 2 } });
  await admin.connect();
  try {
    const [{ clusterId }, present] = [await admin.describeCluster(), await admin.listTopics()];
    const wanted = topics.filter(({ topic }) => !present.includes(topic));
    if (wanted.length > 0)
      await admin.createTopics({
        validateOnly: true,
        // They won't have any.
        waitForLeaders: false,
        topics: wanted.map(({ topic, partitions }) => ({ topic, numPartitions: partitions })),
      });
    const found = await describe(
      admin,
      topics.map(({ topic }) => topic).filter((topic) => present.includes(topic)),
    );
    return { clusterId, missing: wanted.map(({ topic }) => topic), faults: faultsOf(topics, found, client) };
  } finally {
    await admin.disconnect();
  }
}

async function describe(admin: Admin, topics: readonly string[]): Promise<PresentTopic[]> {
  if (topics.length === 0) return [];
  const [metadata, { resources }] = await Promise.all([
    admin.fetchTopicMetadata({ topics: [...topics] }),
    admin
      .describeConfigs({
        resources: topics.map((name) => ({
          type: kafkajs.ConfigResourceTypes.TOPIC,
          name,
          configNames: ['cleanup.policy'],
        })),
        includeSynonyms: false,
      })
      .catch((cause: Error) => {
        throw new Error(
          `it does not say the cleanup.policy of topics that are there, for which its ACLs must allow DescribeConfigs on them (${cause.message})`,
          { cause },
        );
      }),
  ]);
  return metadata.topics.map(({ name, partitions }) => ({
    ...{ topic: name, partitions: partitions.length },
    cleanup: resources.find(({ resourceName }) => resourceName === name)?.configEntries[0]?.configValue ?? '',
  }));
}

/** @returns what is wrong with topics that are there, and the command that mends it */
export function faultsOf(
  wanted: readonly Topic[],
  found: readonly PresentTopic[],
  { bootstrapServers }: Pick<ClientOptions, 'bootstrapServers'>,
): string[] {
  return found.flatMap(({ topic, ...is }) => {
    const { partitions = is.partitions, cleanup = 'delete' } = wanted.find((each) => each.topic === topic) ?? {};
    const more = `kafka-topics.sh --bootstrap-server ${bootstrapServers} --alter --topic ${topic} --partitions ${partitions}`;
    const policy = `kafka-configs.sh --bootstrap-server ${bootstrapServers} --alter --entity-type topics --entity-name ${topic} --add-config cleanup.policy=${cleanup}`;
    const code = catalogue.some((stream) => stream.topic === topic) ? 'domain/streams/' : 'domain/streams.ts';
    const inCode = `set its partitions in ${code} to ${is.partitions}`;
    return [
      ...(is.partitions === partitions
        ? []
        : [
            `topic ${topic} has ${is.partitions} partitions, expected ${partitions}: ` +
              (is.partitions > partitions ? inCode : `${inCode}, or while it is empty, since keys move: ${more}`),
          ]),
      ...(is.cleanup === cleanup
        ? []
        : [`topic ${topic} has cleanup.policy=${is.cleanup}, expected ${cleanup}, since ${WHY[cleanup]}: ${policy}`]),
    ];
  });
}

const WHY = {
  compact: 'the last record of each key must stay',
  delete: 'every record counts, not the last of its key',
} as const;
