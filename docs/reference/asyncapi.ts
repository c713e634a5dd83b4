/** The topics as AsyncAPI 3.0: what is consumed with its messages, and what is written. https://www.asyncapi.com/docs/reference/specification/v3.0.0 */
import { jsonSchemaOf } from '#domain/json-schema.ts';
import { catalogue, groupOf, type Stream, topics } from '#domain/streams.ts';

/** Of the Kafka bindings: https://github.com/asyncapi/bindings/tree/master/kafka */
const bindingVersion = '0.5.0';

const written: Readonly<Record<string, string>> = {
  inventory_updates:
    'What was on hand of a product before and after each movement, in the order of its stock; repeats are known by event_id.',
  orders_cleaned:
    'Each order from Kafka when it is curated, and again whenever that says something else; without a value it is gone.',
  dlq: 'Each record that could not be used, whole, with its reason.',
};

const ref = (...path: readonly string[]) => ({ $ref: `#/${path.join('/')}` });

export function asyncApi(version: string) {
  const outputs = topics.filter(({ topic }) => !catalogue.some((stream) => stream.topic === topic));
  return {
    asyncapi: '3.0.0',
    info: {
      title: 'Tillstream',
      version,
      description: 'The topics of a shop: what Tillstream consumes, and what it writes.',
      license: { name: 'Apache-2.0' },
    },
    defaultContentType: 'application/json',
    channels: {
      ...Object.fromEntries(catalogue.map((stream) => [stream.topic, consumed(stream)])),
      ...Object.fromEntries(
        outputs.map((output) => [output.topic, { ...channel(output), description: written[output.topic] }]),
      ),
    },
    operations: {
      ...Object.fromEntries(catalogue.map((stream) => [groupOf(stream), receive(stream)])),
      ...Object.fromEntries(
        outputs.map(({ topic }) => [`relay-outbox.${topic}`, { action: 'send', channel: ref('channels', topic) }]),
      ),
    },
    components: { messages: Object.fromEntries(catalogue.map((stream) => [stream.topic, message(stream)])) },
  };
}

const channel = ({ topic, partitions }: { readonly topic: string; readonly partitions: number }) => ({
  address: topic,
  bindings: { kafka: { topic, partitions, bindingVersion } },
});

const consumed = (stream: Stream) => ({
  ...channel(stream),
  messages: { [stream.topic]: ref('components', 'messages', stream.topic) },
});

const receive = (stream: Stream) => ({
  action: 'receive',
  channel: ref('channels', stream.topic),
  summary: `${stream.consumer} consumes it, exactly once.`,
  messages: [ref('channels', stream.topic, 'messages', stream.topic)],
  bindings: { kafka: { groupId: { type: 'string', enum: [groupOf(stream)] }, bindingVersion } },
});

const message = (stream: Stream) => ({
  name: stream.topic,
  payload: jsonSchemaOf(stream),
  bindings: { kafka: { key: { type: 'string', description: `The value of ${stream.key}.` }, bindingVersion } },
});
