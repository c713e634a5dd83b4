/** Whether the services of a backbone answer: whether anything accepts connections where they listen. */
import { connect } from 'node:net';

export interface Service {
  /** As people know it, such as "PostgreSQL". */
  readonly name: string;
  /** "127.0.0.1:9092"; of several, separated by commas, the first is asked. */
  readonly address: string;
}

export interface ServiceAnswer extends Service {
  readonly answers: boolean;
}

/** How long a connection may take. */
const PATIENCE_MS = 5_000;

/** In their order. */
export const askServices = (services: readonly Service[]): Promise<ServiceAnswer[]> =>
  Promise.all(
    services.map(async ({ name, address }) => {
      const answers = accepts({ name, address }).then(
        () => true,
        () => false,
      );
      return { name, address, answers: await answers };
    }),
  );

export const sentenceOf = ({ name, address, answers }: ServiceAnswer): string =>
  `${name} ${answers ? 'answers' : 'does not answer'} at ${address}`;

/** @throws if nothing accepts connections there */
export function accepts({ address }: Service): Promise<void> {
  const { hostname, port } = new URL(`tcp://${address.split(',')[0]}`);
  return new Promise((resolve, reject) => {
    const socket = connect({ host: hostname.replace(/^\[|\]$/g, ''), port: Number(port), timeout: PATIENCE_MS });
    const end = (cause?: Error) => {
      socket.destroy();
      if (cause) reject(cause);
      else resolve();
    };
    socket.once('connect', () => end());
    socket.once('error', end);
    socket.once('timeout', () => end(new Error('timed out')));
  });
}
