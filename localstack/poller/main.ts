/**
 * The event source mappings of the local environment: one poller for every stream of the catalogue. `npm start` runs it as a
 * process of its own, so that it can be killed alone (tests/faults/).
 *
 * KAFKA_BOOTSTRAP_SERVERS, AWS_ENDPOINT_URL and TILLSTREAM_ENVIRONMENT configure it; region and credentials are the AWS
 * SDK's. Writes one JSON object a line; SIGTERM and SIGINT end it within 5 s.
 */
import { required } from '#adapters/configuration.ts';
import { groupOf, streams } from '#domain/streams.ts';
import { logLine } from '../processes/log-line.ts';
import { startPoller } from './poller.ts';

const bootstrapServers = required('KAFKA_BOOTSTRAP_SERVERS');
const lambdaEndpoint = required('AWS_ENDPOINT_URL');
const environment = required('TILLSTREAM_ENVIRONMENT');

const pollers = Object.values(streams).map((stream) => {
  const { topic, consumer, batching } = stream;
  const functionName = `tillstream-${environment}-${consumer}`;
  return startPoller({
    bootstrapServers,
    lambdaEndpoint,
    mapping: { ...batching, topic, consumerGroupId: groupOf(stream), functionName },
    onEvent: (event) => logLine({ topic, consumer, ...event }),
  });
});

let ending = false;
for (const signal of ['SIGTERM', 'SIGINT'] as const)
  process.on(signal, async () => {
    if (ending) return;
    ending = true;
    await Promise.all(pollers.map((poller) => poller.stop()));
    process.exit(0);
  });
