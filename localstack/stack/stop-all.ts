/** Stops the services of the stack. */
import { allOrError } from '../processes/all-or-error.ts';
import type { RunningService } from '../processes/service.ts';
import type { ServiceName } from './services.ts';

/**
 * Stops services before those that they need; kills all that have not ended after 8 s.
 *
 * @throws if one can't be stopped, when the others are
 */
export async function stopAll(services: Partial<Record<ServiceName, RunningService>>): Promise<void> {
  const { kafka, postgres, localstack, elasticsearch, emr, airflow } = services;
  const all = [airflow, emr, localstack, kafka, postgres, elasticsearch];
  const late = setTimeout(() => {
    for (const service of all) service?.kill().catch(() => {}); // Who waits for its stop hears of it.
  }, 8_000);
  const stopTogether = (...services: readonly (RunningService | undefined)[]) =>
    allOrError(services.map((service) => service?.stop()));
  try {
    await stopTogether(airflow, emr, localstack);
  } finally {
    await stopTogether(kafka, postgres, elasticsearch).finally(() => clearTimeout(late));
  }
}
