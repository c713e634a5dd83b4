/**
 * Checks that look at now: whatever was read before, every proof that makes one makes it anew. Their names are known here, so that what is
 * off by them is taken back by any of those. Pure, as the page reckons so too.
 */

/** The end of the name of a check that is off as long as something waits too long. Every proof makes it. */
export const IN_TIME = 'in time';

/** The beginning of the name of a check that the caller makes, of Airflow's DAGs. */
export const OF_AIRFLOW = 'Airflow: ';

/** The ends of the names of checks that only `--settled` and `--curated` make: what waits is not wrong. */
export const WAITING = {
  kafka: 'nothing waits in Kafka',
  loads: 'no object waits to be loaded',
  hours: 'no hour waits to be transformed',
  bronze: 'no bronze object waits to be aggregated',
  outbox: 'outbox: drained',
} as const;

const ends = [IN_TIME, ...Object.values(WAITING)];

export const isOfAirflow = (name: string): boolean => name.startsWith(OF_AIRFLOW);

export const isPassing = (name: string): boolean => isOfAirflow(name) || ends.some((end) => name.endsWith(end));
