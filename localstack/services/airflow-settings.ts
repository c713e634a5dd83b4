/** Airflow's settings, as environment variables named as in its configuration reference: AIRFLOW__SECTION__KEY. */

import type { Credentials } from '../emr/caller.ts';

export interface AirflowSettings {
  readonly port: number;
  /** AIRFLOW_HOME: configuration, passwords file and task logs. */
  readonly home: string;
  readonly dagsFolder: string;
  /** SQLAlchemy's address of the metadata database. */
  readonly metadata: string;
  readonly awsEndpoint: string;
  readonly emrEndpoint: string;
  /** Of every call to AWS: LocalStack takes any, the stand-in for EMR only those of the stack. */
  readonly credentials: Credentials;
  /** Airflow Variables; those in Secrets Manager win. */
  readonly variables: Readonly<Record<string, string>>;
  /** JSON: password by user name */
  readonly passwordsFile: string;
  /** The one user, an administrator. */
  readonly username: string;
  /** Signs messages between Airflow's processes, and login tokens. */
  readonly secret: string;
}

export function airflowEnvironment(settings: AirflowSettings): NodeJS.ProcessEnv {
  const url = `http://127.0.0.1:${settings.port}`;
  return {
    ...section('core', {
      dags_folder: settings.dagsFolder,
      load_examples: false,
      // As on MWAA. The starter of the stack unpauses the DAGs once the functions that they call are deployed.
      dags_are_paused_at_creation: true,
      executor: 'LocalExecutor',
      // Each worker is a process of 60 MB, and is busy while it waits for a Spark job; the default is 32.
      parallelism: 4,
      execution_api_server_url: `${url}/execution/`,
      // Variables are not encrypted: metadata last as long as the run, and secrets are in Secrets Manager.
      fernet_key: '',
      simple_auth_manager_users: `${settings.username}:admin`,
      simple_auth_manager_passwords_file: settings.passwordsFile,
    }),
    ...section('database', { sql_alchemy_conn: settings.metadata }),
    ...section('api', {
      host: '127.0.0.1',
      port: settings.port,
      base_url: url,
      workers: 1,
      secret_key: settings.secret,
    }),
    ...section('api_auth', { jwt_secret: settings.secret }),
    ...section('secrets', {
      backend: 'airflow.providers.amazon.aws.secrets.secrets_manager.SecretsManagerBackend',
      backend_kwargs: JSON.stringify({
        connections_prefix: 'airflow/connections',
        variables_prefix: 'airflow/variables',
      }),
    }),
    ...section('dag_processor', {
      parsing_processes: 1,
      refresh_interval: 60,
      // If a person triggers a DAG while its scheduled run is active, Airflow 3.0.6 forgets when the next one is due
      // (max_active_runs, scheduler_job_runner.py, _should_update_dag_next_dagruns). Only parsing the file reminds it.
      min_file_process_interval: 60,
      print_stats_interval: 0,
    }),
    // If a task ends between two checks of its supervisor, this many seconds pass before that is noticed (default 5). The heartbeat
    // stays at 5: airflow_at_rest.py.
    ...section('workers', { min_heartbeat_interval: 1 }),
    // It sets these itself, whatever the umask is; the default lets everybody read.
    ...section('logging', {
      file_task_handler_new_folder_permissions: '0o700',
      file_task_handler_new_file_permissions: '0o600',
    }),
    ...section('usage_data_collection', { enabled: false }),
    ...Object.fromEntries(
      Object.entries(settings.variables).map(([name, value]) => [`AIRFLOW_VAR_${name.toUpperCase()}`, value]),
    ),
    AIRFLOW_HOME: settings.home,
    AWS_ENDPOINT_URL: settings.awsEndpoint,
    AWS_ENDPOINT_URL_EMR_SERVERLESS: settings.emrEndpoint,
    AWS_ACCESS_KEY_ID: settings.credentials.accessKeyId,
    AWS_SECRET_ACCESS_KEY: settings.credentials.secretAccessKey,
    AWS_DEFAULT_REGION: 'us-east-1',
    // All its peers are on this machine. On macOS, asking the system for proxies after a fork crashes Python.
    NO_PROXY: '*',
  };
}

function section(name: string, values: Readonly<Record<string, string | number | boolean>>): NodeJS.ProcessEnv {
  return Object.fromEntries(
    Object.entries(values).map(([key, value]) => [
      `AIRFLOW__${name}__${key}`.toUpperCase(),
      typeof value === 'boolean' ? (value ? 'True' : 'False') : String(value),
    ]),
  );
}
