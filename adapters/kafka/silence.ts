/**
 * Gives up connections on which a broker is silent. kafkajs gives up a request that is not answered, and sends the next one on
 * the same connection, which may be half-open for minutes to hours; for the answer to a login it waits for ever. Here the
 * connection ends with its first unanswered request, and kafkajs makes a new one.
 */
import Connection from 'kafkajs/src/network/connection.js';

/**
 * Milliseconds for the answer to a request. A broker answers a fetch or a write in milliseconds, and in a few seconds while it
 * is busy; kafkajs itself gives more to the requests that wait for other members of a group.
 */
export const ANSWERS_WITHIN_MS = 15_000;

/** Whether a request was not answered, and its connection was given up. */
export const isSilence = (error: unknown): boolean => (error as Error).name === 'KafkaJSRequestTimeoutError';

const { send, sendAuthRequest } = Connection.prototype;

Connection.prototype.send = async function (request) {
  try {
    return await send.call(this, request);
  } catch (error) {
    if (isSilence(error)) this.socket?.destroy(error as Error);
    throw error;
  }
};

Connection.prototype.sendAuthRequest = async function (request) {
  const timer = setTimeout(() => {
    this.authHandlers?.onError();
    this.socket?.destroy(new Error(`The login was not answered within ${this.requestTimeout / 1_000} s.`));
  }, this.requestTimeout);
  try {
    return await sendAuthRequest.call(this, request);
  } finally {
    clearTimeout(timer);
  }
};
