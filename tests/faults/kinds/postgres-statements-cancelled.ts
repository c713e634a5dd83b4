import { setTimeout as delay } from 'node:timers/promises';
import type { FaultAnywhere } from '../fault.ts';

export const fault: FaultAnywhere = {
  anywhere: true,
  breaks: 'PostgreSQL cancels whatever statement runs, again and again',
  async strike({ pool }, random) {
    for (let left = random.integer(5, 30); left > 0; left--) {
      await pool.query(
        `select pg_cancel_backend(pid)
         from pg_stat_activity inner join pg_roles on pg_roles.oid = usesysid
         where pid <> pg_backend_pid() and state <> 'idle' and (not rolsuper or usename = current_user)`,
      );
      await delay(random.integer(10, 200));
    }
  },
};
