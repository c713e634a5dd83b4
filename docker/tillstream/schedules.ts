/** When the DAGs run, for Airflow's containers, which have no Node to read the configuration with. */
import { mkdirSync, renameSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { type Configuration, scheduleVariables } from '#domain/configuration/keys.ts';

/** Read by airflow/dags/tillstream/schedules.py, which never finds half of it. */
export function writeSchedules(configuration: Configuration, file: string): void {
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(`${file}.new`, JSON.stringify(scheduleVariables(configuration)));
  renameSync(`${file}.new`, file);
}
