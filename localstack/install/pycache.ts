import { join } from 'node:path';

/**
 * Python keeps compiled modules here instead of beside each source, which may be in the checkout, whatever the shell says. Kept
 * between runs: compiling Airflow again would cost each start seconds.
 */
export const compiledPython = (installFolder: string) => ({
  PYTHONPYCACHEPREFIX: join(installFolder, 'pycache'),
  PYTHONDONTWRITEBYTECODE: '',
});
