/**
 * The event source mappings of the local environment: one poller for every stream of the catalogue, each in a thread of its
 * own. `npm start` runs it as a process of its own, so that it can be killed alone (tests/faults/).
 *
 * KAFKA_BOOTSTRAP_SERVERS and its login, AWS_ENDPOINT_URL and TILLSTREAM_ENVIRONMENT configure it; region and credentials are the AWS
 * SDK's, the windows those of the configuration. Writes one JSON object a line; SIGTERM and SIGINT end it within 5 s.
 */
import { kafkaConfiguration, required } from '#adapters/configuration.ts';
import { configurationOf } from '#adapters/configuration-file.ts';
import { logLine } from '../processes/log-line.ts';
import { mappingsOf } from './mappings.ts';
import type { PollerOptions } from './poller.ts';
import type { PollerEvent } from './poller-events.ts';
import { keepThread } from './threads.ts';

const kafka = kafkaConfiguration();
const lambdaEndpoint = required('AWS_ENDPOINT_URL');
const environment = required('TILLSTREAM_ENVIRONMENT');

/**
 * Megabytes of a thread: several times what waits for a function (poller.ts, `throttle`), and what the smallest records of a fetch
 * unpack to, 32 MB of each of four partitions (adapters/kafka/large-batches.ts).
 */
const MEMORY = 1024;
const GRACE = 5_000;

const pollers = mappingsOf(configurationOf('local').values, environment).map(({ stream, mapping }) => {
  const { topic, consumer } = stream;
  const onEvent = (event: PollerEvent) => logLine({ topic, consumer, ...event });
  return keepThread<PollerEvent>({
    file: new URL('./thread.ts', import.meta.url),
    data: { ...kafka, lambdaEndpoint, mapping } satisfies PollerOptions,
    memory: MEMORY,
    grace: GRACE,
    onMessage: onEvent,
    onEnd: (reason) => onEvent({ kind: 'ended', reason }),
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
