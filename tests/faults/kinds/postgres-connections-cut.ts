import type { Fault } from '../fault.ts';

export const fault: Fault = {
  breaks: 'every connection to PostgreSQL breaks',
  async strike({ pool }) {
    await pool.query(
      'select pg_terminate_backend(pid) from pg_stat_activity where pid <> pg_backend_pid() and usename is not null',
    );
  },
};
