/** What a cluster that somebody else runs is, and whether we could make our topics there. Changes nothing. */
import { type ClientOptions, failFast, newClient } from './client.ts';

export interface Cluster {
  /** Made with the cluster; another one has another, even at the same address. */
  readonly clusterId: string;
  /** Topics of those asked for that aren't there. */
  readonly missing: readonly string[];
}

/**
 * @param topics that we shall make where they are missing
 * @throws if no broker answers, or if it wouldn't let us make a topic
 */
export async function inspectCluster(
  client: ClientOptions,
  topics: readonly { readonly topic: string; readonly partitions: number }[],
): Promise<Cluster> {
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
    return { clusterId, missing: wanted.map(({ topic }) => topic) };
  } finally {
    await admin.disconnect();
  }
}
