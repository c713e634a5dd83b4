/** How a Kafka of one's own is named: its brokers and protocol by an option, what is secret and where files are by variables. */
import { KAFKA_MECHANISMS, type KafkaConfiguration, type KafkaLogin, type KafkaTls } from '#adapters/configuration.ts';
import { readPem } from './given-tls.ts';

/** As in Kafka's own security.protocol. */
const PROTOCOLS = ['PLAINTEXT', 'SSL', 'SASL_PLAINTEXT', 'SASL_SSL'];

/** @throws naming what is wrong or missing, never a password */
export function readKafka(text: string, source: string, env: NodeJS.ProcessEnv): KafkaConfiguration {
  const [, protocol = 'PLAINTEXT', addresses = ''] = /^(?:([a-z_]+):\/\/)?(.*)$/is.exec(text.trim()) ?? [];
  const security = protocol.toUpperCase();
  const brokers = addresses.split(',').map((each) => each.trim());
  if (!PROTOCOLS.includes(security) || !brokers.every((broker) => /^[^\s:/@]+:\d{1,5}$/.test(broker)))
    throw new Error(
      `${source} expects HOST:PORT, or several with commas between them, behind a protocol if it isn't PLAINTEXT: ` +
        `${PROTOCOLS.slice(1).join('://, ')}://. A login is in TILLSTREAM_KAFKA_USERNAME and TILLSTREAM_KAFKA_PASSWORD.`,
    );
  return {
    bootstrapServers: brokers.join(','),
    ...(security.startsWith('SASL') && { login: readLogin(env, security) }),
    ...(security.endsWith('SSL') && { tls: readTls(env) }),
  };
}

function readLogin(env: NodeJS.ProcessEnv, protocol: string): KafkaLogin {
  const {
    TILLSTREAM_KAFKA_MECHANISM: given = 'SCRAM-SHA-512',
    TILLSTREAM_KAFKA_USERNAME: username,
    TILLSTREAM_KAFKA_PASSWORD: password,
  } = env;
  const mechanism = KAFKA_MECHANISMS.find((each) => each === given.toUpperCase());
  if (!mechanism)
    throw new Error(`TILLSTREAM_KAFKA_MECHANISM is ${given}; expected ${KAFKA_MECHANISMS.join(', ')} (SCRAM-SHA-512).`);
  if (!username || !password)
    throw new Error(`${protocol} needs a login: set TILLSTREAM_KAFKA_USERNAME and TILLSTREAM_KAFKA_PASSWORD.`);
  return { mechanism, username, password };
}

function readTls(env: NodeJS.ProcessEnv): KafkaTls {
  const file = (name: string) => {
    const variable = `TILLSTREAM_KAFKA_${name}`;
    return env[variable] ? readPem(env[variable], variable).file : undefined;
  };
  const tls = { ca: file('CA_FILE'), certificate: file('CERTIFICATE_FILE'), key: file('KEY_FILE') };
  if (!tls.certificate !== !tls.key)
    throw new Error(
      'A client’s certificate needs its key: set TILLSTREAM_KAFKA_CERTIFICATE_FILE and _KEY_FILE, both in PEM.',
    );
  return tls;
}
