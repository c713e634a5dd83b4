/**
 * How long a client of the AWS SDK waits. By itself it waits for an answer for ever, such as on a connection that is half-open;
 * a request that is given up closes its connection, and is repeated over another one.
 */

const CONNECTED_WITHIN_MS = 2_000;

/** For clients of services that answer in milliseconds, or seconds if they are busy: all but those that invoke a function. */
export const awsLimits = {
  // All attempts together end well before a consumer's 60 s, so that its batch can be retried.
  maxAttempts: 3,
  requestHandler: {
    connectionTimeout: CONNECTED_WITHIN_MS,
    requestTimeout: 10_000,
    // Between two parts of an answer.
    socketTimeout: 10_000,
    throwOnRequestTimeout: true,
  },
} as const;

/** More than the function's own timeout: it may have to start, and its error to come back. */
const OVER_TIMEOUT_MS = 30_000;

/**
 * For a client that invokes a function and waits for its result.
 *
 * @param timeoutSeconds the function's own timeout
 */
export const invocationLimits = (timeoutSeconds: number) => ({
  connectionTimeout: CONNECTED_WITHIN_MS,
  requestTimeout: timeoutSeconds * 1_000 + OVER_TIMEOUT_MS,
  throwOnRequestTimeout: true,
  // A connection that was open before may be half-open, which would take all of this time to notice.
  httpAgent: { keepAlive: false },
  httpsAgent: { keepAlive: false },
});
