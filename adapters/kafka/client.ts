/**
 * The Kafka client, kafkajs 2.2.4, with our codecs, logger, retries and limits of time, and repairs of its request queue, its reading
 * and its writing.
 */
import { readFileSync } from 'node:fs';
import type tls from 'node:tls';
import kafkajs from 'kafkajs';
import RequestQueue from 'kafkajs/src/network/requestQueue/index.js';
import type { KafkaConfiguration, KafkaLogin, KafkaTls } from '../configuration.ts';
import { gzip, lz4, snappy, zstd } from './codecs.ts';
import './large-batches.ts';
import './produced-batches.ts';
import { ANSWERS_WITHIN_MS } from './silence.ts';

export interface ClientOptions extends KafkaConfiguration {
  /** What the broker's logs and quotas call this client. */
  readonly clientId: string;
  /** Receives the client's own messages; if absent, they are dropped. */
  readonly log?: KafkaLog | undefined;
  /** Milliseconds for the answer to a request (15,000), after which the connection is given up. */
  readonly requestTimeout?: number | undefined;
}

export type KafkaLog = (
  level: 'error' | 'warn' | 'info',
  message: string,
  details: Readonly<Record<string, unknown>>,
) => void;

kafkajs.CompressionCodecs[kafkajs.CompressionTypes.GZIP] = () => gzip;
kafkajs.CompressionCodecs[kafkajs.CompressionTypes.ZSTD] = () => zstd;
kafkajs.CompressionCodecs[kafkajs.CompressionTypes.Snappy] = () => snappy;
kafkajs.CompressionCodecs[kafkajs.CompressionTypes.LZ4] = () => lz4;

/** As in kafkajs: milliseconds between two checks of the requests that wait until others are answered. */
const CHECK_PENDING_REQUESTS_INTERVAL = 10;

/**
 * kafkajs' own method sets a timer of negative length after each answer, which re-arms itself: a thousand wake-ups a
 * second for each idle connection, and a TimeoutNegativeWarning on Node 24. This one sets a timer only while a request
 * waits.
 */
RequestQueue.prototype.scheduleCheckPendingRequests = function () {
  if (this.throttleCheckTimeoutId !== null || this.pending.length === 0) return;
  this.throttleCheckTimeoutId = setTimeout(
    () => {
      this.throttleCheckTimeoutId = null;
      this.checkPendingRequests();
    },
    Math.max(CHECK_PENDING_REQUESTS_INTERVAL, this.throttledUntil - Date.now()),
  );
};

export function newClient({
  clientId,
  log,
  requestTimeout = ANSWERS_WITHIN_MS,
  ...configuration
}: ClientOptions): kafkajs.Kafka {
  return new kafkajs.Kafka({
    ...connectionOptions(configuration),
    clientId,
    connectionTimeout: 5_000,
    requestTimeout,
    logLevel: log ? kafkajs.logLevel.INFO : kafkajs.logLevel.NOTHING,
    logCreator: () => (entry) => {
      const { message, timestamp: _, ...details } = entry.log;
      log?.(levels[entry.level] ?? 'info', message, details);
    },
  });
}

/**
 * The brokers and the login. Each connection signs a token of its own, since a token is valid for minutes only. What signs is
 * loaded where it is needed: on one machine it isn't, and it would be half of what a poller's thread loads.
 */
export function connectionOptions({
  bootstrapServers,
  login,
  tls,
}: KafkaConfiguration): Pick<kafkajs.KafkaConfig, 'brokers' | 'ssl' | 'sasl'> {
  const brokers = bootstrapServers.split(',').map((server) => server.trim());
  if (login !== 'iam') return { brokers, ...(tls && { ssl: filesOf(tls) }), ...(login && { sasl: saslOf(login) }) };
  const oauthBearerProvider = async () => {
    const { currentSigner, kafkaToken } = await import('../iam-login.ts');
    return { value: kafkaToken(await currentSigner()) };
  };
  return { brokers, ssl: true, sasl: { mechanism: 'oauthbearer', oauthBearerProvider } };
}

const filesOf = ({ ca, certificate, key }: KafkaTls): tls.ConnectionOptions => ({
  ...(ca && { ca: readFileSync(ca) }),
  ...(certificate && { cert: readFileSync(certificate) }),
  ...(key && { key: readFileSync(key) }),
});

function saslOf({ mechanism, username, password }: KafkaLogin): kafkajs.SASLOptions {
  const names = { PLAIN: 'plain', 'SCRAM-SHA-256': 'scram-sha-256', 'SCRAM-SHA-512': 'scram-sha-512' } as const;
  return { mechanism: names[mechanism], username, password } as kafkajs.SASLOptions;
}

const levels: { readonly [level: number]: 'error' | 'warn' } = {
  [kafkajs.logLevel.ERROR]: 'error',
  [kafkajs.logLevel.WARN]: 'warn',
};

/**
 * Short retries for interactive calls: fails after about 6 s. All values are given, since kafkajs has shorter defaults under
 * a test runner.
 */
export const failFast = {
  initialRetryTime: 100,
  maxRetryTime: 2_000,
  multiplier: 2,
  factor: 0.2,
  retries: 6,
} as const;

/** The broker's own error, at the root of the one that kafkajs throws; undefined if no broker answered. */
export function brokerError(error: unknown): kafkajs.KafkaJSProtocolError | undefined {
  for (let cause = error; cause instanceof Error; cause = cause.cause)
    if (cause.name === 'KafkaJSProtocolError') return cause as kafkajs.KafkaJSProtocolError;
  return undefined;
}
