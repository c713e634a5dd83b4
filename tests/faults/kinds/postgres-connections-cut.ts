import type { FaultAnywhere } from '../fault.ts';

export const fault: FaultAnywhere = {
  anywhere: true,
  breaks: 'every connection to PostgreSQL breaks',
  async strike({ pool }) {
    await pool.query(
      // In an account the owner may not end what superusers do, who are the service's own.
      `select pg_terminate_backend(pid)
       from pg_stat_activity inner join pg_roles on pg_roles.oid = usesysid
       where pid <> pg_backend_pid() and (not rolsuper or usename = current_user)`,
    );
  },
};
