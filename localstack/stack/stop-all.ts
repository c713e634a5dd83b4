/** Stops the services of the stack. */
import type { RunningService } from '../processes/service.ts';
import type { ServiceName } from './services.ts';

/** Stops services before those that they need; kills all that have not ended after 8 s. */
export async function stopAll(services: Partial<Record<ServiceName, RunningService>>): Promise<void> {
  const { kafka, postgres, localstack, elasticsearch, emr, airflow } = services;
  const all = [airflow, emr, localstack, kafka, postgres, elasticsearch];
  const late = setTimeout(() => {
    for (const service of all) service?.kill();
  }, 8_000);
  const stopTogether = (...services: readonly (RunningService | undefined)[]) =>
    Promise.all(services.map((service) => service?.stop()));
  try {
    await stopTogether(airflow, emr, localstack);
    await stopTogether(kafka, postgres, elasticsearch);
  } finally {
    clearTimeout(late);
  }
}
