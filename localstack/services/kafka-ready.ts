/** Checks that a broker is ready by sending the first request of Kafka's protocol. */
import { connect } from 'node:net';

const API_VERSIONS = 18;
const CORRELATION = 0x7111;

/** ApiVersions request, version 0, without a client id (KIP-35); every client, however old, opens with it. */
export function apiVersionsRequest(): Buffer {
  const request = Buffer.alloc(14);
  request.writeInt32BE(10, 0); // length of what follows
  request.writeInt16BE(API_VERSIONS, 4);
  request.writeInt16BE(0, 6); // version
  request.writeInt32BE(CORRELATION, 8);
  request.writeInt16BE(-1, 12); // client id: null
  return request;
}

/** A response without an error: its length, our correlation id, error code 0, then the list. */
export function isApiVersionsAnswer(answer: Buffer): boolean {
  return answer.length >= 10 && answer.readInt32BE(4) === CORRELATION && answer.readInt16BE(8) === 0;
}

/** @returns whether the broker on 127.0.0.1 answered without error within 2 s */
export function answersApiVersions(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ port, host: '127.0.0.1' }, () => socket.write(apiVersionsRequest()));
    const settle = (answered: boolean) => {
      socket.destroy();
      resolve(answered);
    };
    let answer = Buffer.alloc(0);
    socket.setTimeout(2_000, () => settle(false));
    socket.on('data', (data) => {
      answer = Buffer.concat([answer, data]);
      if (answer.length >= 10) settle(isApiVersionsAnswer(answer));
    });
    socket.on('error', () => settle(false));
    socket.on('close', () => settle(false));
  });
}
