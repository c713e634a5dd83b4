import { setTimeout as delay } from 'node:timers/promises';
import type { Fault } from '../fault.ts';

export const fault: Fault = {
  breaks: 'PostgreSQL cancels whatever statement runs, again and again',
  async strike({ pool }, random) {
    for (let left = random.integer(5, 30); left > 0; left--) {
      await pool.query(
        "select pg_cancel_backend(pid) from pg_stat_activity where pid <> pg_backend_pid() and state <> 'idle'",
      );
      await delay(random.integer(10, 200));
    }
  },
};
