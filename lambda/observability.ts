/**
 * Wraps every function: JSON logs with the request's id, EMF metrics, a deadline, and a stop before Lambda's. X-Ray gets
 * what Lambda itself reports (docs/decisions/011-no-tracer.md).
 */
import { Logger } from '@aws-lambda-powertools/logger';
import { injectLambdaContext } from '@aws-lambda-powertools/logger/middleware';
import { Metrics, MetricUnit } from '@aws-lambda-powertools/metrics';
import { logMetrics } from '@aws-lambda-powertools/metrics/middleware';
import middy from '@middy/core';
import type { Context } from 'aws-lambda';
import { required } from '#adapters/configuration.ts';

/** Time to log the error and write the metrics once the work was told to stop. */
const STOP_BEFORE_TIMEOUT_MS = 1_000;

export interface Options {
  /** Milliseconds before the function's timeout that the work may not use: the rollback, the logs and the answer need them. */
  readonly reserveMs?: number;
}

export interface Invocation {
  readonly logger: Logger;
  /** When the work must have ended, in milliseconds since 1970. Pass it to every transaction. */
  readonly deadline: number;
  /** Aborted shortly before Lambda would end the process. */
  readonly signal: AbortSignal;
  count(metric: string, value: number): void;
  /** A duration or an age. */
  seconds(metric: string, value: number): void;
}

/**
 * A Lambda handler around `work`. Service name and namespace come from POWERTOOLS_SERVICE_NAME and
 * POWERTOOLS_METRICS_NAMESPACE; environments may share an account, so their metrics are told apart by TILLSTREAM_ENVIRONMENT.
 */
export function observed<Event, Result>(
  work: (event: Event, invocation: Invocation) => Promise<Result>,
  { reserveMs = 5_000 }: Options = {},
) {
  const logger = new Logger();
  const metrics = new Metrics({ defaultDimensions: { environment: required('TILLSTREAM_ENVIRONMENT') } });
  const count = (metric: string, value: number) => {
    metrics.addMetric(metric, MetricUnit.Count, value);
  };
  const seconds = (metric: string, value: number) => {
    metrics.addMetric(metric, MetricUnit.Seconds, value);
  };
  return middy<Event, Result>({
    timeoutEarlyInMillis: STOP_BEFORE_TIMEOUT_MS,
    timeoutEarlyResponse: () => {
      throw new Error(
        'Stopped before the function’s timeout. Nothing half-done counts; a batch of Kafka is delivered again.',
      );
    },
  })
    .use(injectLambdaContext(logger, { resetKeys: true }))
    .use(logMetrics(metrics))
    .use({
      onError: ({ error }) => {
        logger.error('failed', error as Error);
      },
    })
    .handler((event: Event, context: Context, { signal }: { signal: AbortSignal }) =>
      work(event, {
        ...{ logger, signal, count, seconds },
        deadline: Date.now() + context.getRemainingTimeInMillis() - reserveMs,
      }),
    );
}
