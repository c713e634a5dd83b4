import kafkajs from 'kafkajs';
import { topics as everyTopic } from '#simulator/messages.ts';
import { simulate } from '#simulator/simulator.ts';
import { persist } from '../cannot-strike.ts';
import type { Fault } from '../fault.ts';

const DAY = 86_400_000;
const TOPIC = 2;

export const fault: Fault = {
  breaks: 'the clocks of those who produce are days ahead and back, and so are the timestamps of records',
  async strike({ stack, send }, random) {
    const { bootstrapServers } = stack.status.kafka;
    const admin = new kafkajs.Kafka({ brokers: [bootstrapServers], logLevel: kafkajs.logLevel.NOTHING }).admin();
    await persist('Kafka answers', () => admin.connect());
    // Kafka before 4.0 takes any time by default, as MSK does; Kafka 4 refuses more than an hour ahead.
    const configure = (configEntries: { name: string; value: string }[]) =>
      persist('topics are configured', () =>
        admin.alterConfigs({
          validateOnly: false,
          resources: everyTopic.map((name) => ({ type: TOPIC, name, configEntries })),
        }),
      );
    await configure([{ name: 'message.timestamp.after.max.ms', value: String(30 * DAY) }]);
    try {
      const messages = [...simulate({ seed: random.integer(10_000_000, 1_000_000_000), count: 40 })];
      await send(
        messages.map((message) => ({ ...message, timestamp: Date.now() + random.pick([-3, -1, 0, 1, 3]) * DAY })),
      );
    } finally {
      await configure([]);
      await admin.disconnect();
    }
  },
};
