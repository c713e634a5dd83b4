/** The part of Airflow's REST API (API version 2, Airflow 3) that the project uses. */

export interface AirflowLogin {
  /** "http://127.0.0.1:8003" */
  readonly url: string;
  readonly username: string;
  readonly password: string;
}

export interface Dag {
  readonly dag_id: string;
  readonly is_paused: boolean;
  /** Its schedule as Airflow has it, such as "0 0 * * *"; null if it has none. */
  readonly timetable_summary: string | null;
  /** When the next scheduled run begins, ISO 8601; null while as many runs are active as the DAG allows. */
  readonly next_dagrun_run_after: string | null;
}

export interface ImportError {
  readonly filename: string;
  readonly stack_trace: string;
}

export type DagRunState = 'queued' | 'running' | 'success' | 'failed';

export interface DagRun {
  readonly dag_id: string;
  readonly dag_run_id: string;
  readonly run_type: 'manual' | 'scheduled' | 'backfill' | 'asset_triggered';
  readonly state: DagRunState;
  /** ISO 8601, UTC */
  readonly run_after: string;
  readonly start_date: string | null;
  readonly end_date: string | null;
}

export interface TaskInstance {
  readonly task_id: string;
  /** -1 for a task that is not mapped, or is mapped over an empty list. */
  readonly map_index: number;
  /** null: not yet scheduled. Airflow has more states than those named here. */
  readonly state: 'success' | 'failed' | 'skipped' | 'running' | 'up_for_retry' | 'upstream_failed' | string | null;
  readonly try_number: number;
  /** Seconds */
  readonly duration: number | null;
}

export interface TriggerOptions {
  /** The run's name; a taken name is an error (409). If absent, Airflow makes one up. */
  readonly runId?: string;
  readonly conf?: Readonly<Record<string, unknown>>;
}

export interface BackfillOptions {
  /** The first and the last scheduled time to run, ISO 8601; times that have run are run again. */
  readonly from: string;
  readonly to: string;
  readonly conf?: Readonly<Record<string, unknown>>;
}

export interface AirflowClient {
  /** @returns undefined until Airflow has parsed such a DAG */
  dag(dagId: string): Promise<Dag | undefined>;
  dags(): Promise<Dag[]>;
  /** DAG files that fail to import, with Python's error. */
  importErrors(): Promise<ImportError[]>;
  /** The run starts once the DAG is not paused and its max_active_runs allow it. */
  trigger(dagId: string, options?: TriggerOptions): Promise<DagRun>;
  /** Runs the DAG for scheduled times, one after the other; its max_active_runs does not count them. */
  backfill(dagId: string, options: BackfillOptions): Promise<void>;
  run(dagId: string, runId: string): Promise<DagRun>;
  /** @returns undefined if there is no such run */
  findRun(dagId: string, runId: string): Promise<DagRun | undefined>;
  /** The latest runs, newest first. */
  runs(dagId: string, limit: number): Promise<DagRun[]>;
  taskInstances(dagId: string, runId: string): Promise<TaskInstance[]>;
  /** The log of the task's latest try, exceptions included. */
  taskLog(
    dagId: string,
    runId: string,
    task: Pick<TaskInstance, 'task_id' | 'map_index' | 'try_number'>,
  ): Promise<string>;
  setPaused(dagId: string, paused: boolean): Promise<void>;
  /** Runs these tasks of a finished run again, or all if none are named; with `downstream` also all that follow them. */
  clear(dagId: string, runId: string, taskIds?: readonly string[], options?: { downstream?: boolean }): Promise<void>;
  /** @returns undefined if the metadata database has no such Variable */
  variable(key: string): Promise<string | undefined>;
}

/** Airflow doesn't answer; the cause says how. */
export class AirflowAway extends Error {
  override readonly name = 'AirflowAway';
}

/** Airflow answered no, with its own message. */
export class AirflowRefusal extends Error {
  override readonly name = 'AirflowRefusal';
  /** Of HTTP. */
  readonly status: number;

  constructor(status: number, message: string) {
    super(message);
    this.status = status;
  }
}

/** Every method rejects with AirflowRefusal if Airflow refuses, with AirflowAway if it doesn't answer. Logs in by itself, and again when the token has expired. */
export function airflowClient({ url, username, password }: AirflowLogin): AirflowClient {
  let token: Promise<string> | undefined;

  async function login(): Promise<string> {
    const response = await send(`${url}/auth/token`, 'POST', { username, password });
    const { access_token } = (await expectOk(response, 'POST', '/auth/token')) as { access_token: string };
    return access_token;
  }

  async function call(method: string, path: string, body?: unknown): Promise<Response> {
    token ??= login();
    const attempt = token;
    // A failed login is not kept, so the next call tries again.
    const bearer = await attempt.catch((error: unknown) => {
      if (token === attempt) token = undefined;
      throw error;
    });
    const response = await send(`${url}/api/v2${path}`, method, body, bearer);
    // 401: the token has expired. 403: Airflow was restarted and signs with another secret.
    if (response.status !== 401 && response.status !== 403) return response;
    if (token === attempt) token = login();
    return send(`${url}/api/v2${path}`, method, body, await token);
  }

  const get = async <T>(path: string): Promise<T> => (await expectOk(await call('GET', path), 'GET', path)) as T;

  const find = async <T>(path: string): Promise<T | undefined> => {
    const response = await call('GET', path);
    return response.status === 404 ? undefined : ((await expectOk(response, 'GET', path)) as T);
  };

  const change = async <T>(method: 'POST' | 'PATCH', path: string, body: unknown): Promise<T> =>
    (await expectOk(await call(method, path, body), method, path)) as T;

  const client: AirflowClient = {
    dag: (dagId) => find<Dag>(dagPath(dagId)),

    dags: async () => (await get<{ dags: Dag[] }>('/dags?limit=100')).dags,

    importErrors: async () => (await get<{ import_errors: ImportError[] }>('/importErrors')).import_errors,

    trigger: (dagId, { runId, conf = {} } = {}) =>
      change('POST', `${dagPath(dagId)}/dagRuns`, { logical_date: null, conf, ...(runId && { dag_run_id: runId }) }),

    backfill: (dagId, { from, to, conf = {} }) =>
      change('POST', '/backfills', {
        dag_id: dagId,
        from_date: from,
        to_date: to,
        dag_run_conf: conf,
        reprocess_behavior: 'completed',
        max_active_runs: 1,
      }),

    run: (dagId, runId) => get(runPath(dagId, runId)),

    findRun: (dagId, runId) => find(runPath(dagId, runId)),

    async runs(dagId, limit) {
      const { dag_runs } = await get<{ dag_runs: DagRun[] }>(
        `${dagPath(dagId)}/dagRuns?order_by=-run_after&limit=${limit}`,
      );
      return dag_runs;
    },

    async taskInstances(dagId, runId) {
      const path = `${runPath(dagId, runId)}/taskInstances?limit=1000`;
      return (await get<{ task_instances: TaskInstance[] }>(path)).task_instances;
    },

    async taskLog(dagId, runId, { task_id, map_index, try_number }) {
      const task = `${runPath(dagId, runId)}/taskInstances/${encodeURIComponent(task_id)}`;
      const { content } = await get<{ content: LogLine[] | string }>(
        `${task}/logs/${try_number}?map_index=${map_index}&full_content=true`,
      );
      return typeof content === 'string' ? content : content.map(logLine).join('\n');
    },

    setPaused: (dagId, paused) => change('PATCH', dagPath(dagId), { is_paused: paused }),

    clear: (dagId, runId, taskIds, { downstream = false } = {}) =>
      change('POST', `${dagPath(dagId)}/clearTaskInstances`, {
        dry_run: false,
        only_failed: false,
        reset_dag_runs: true,
        include_downstream: downstream,
        dag_run_id: runId,
        ...(taskIds && { task_ids: taskIds }),
      }),

    variable: async (key) => (await find<{ value: string }>(`/variables/${encodeURIComponent(key)}`))?.value,
  };
  return client;
}

/** A path's `.` and `..`, written in whatever way, would be resolved: another thing would be asked for. */
function part(id: string): string {
  if (id !== '.' && id !== '..') return encodeURIComponent(id);
  throw new AirflowRefusal(404, `Airflow has nothing that is called "${id}"`);
}

const dagPath = (dagId: string): string => `/dags/${part(dagId)}`;

const runPath = (dagId: string, runId: string): string => `${dagPath(dagId)}/dagRuns/${part(runId)}`;

interface LogLine {
  readonly event: string;
  readonly error_detail?: readonly { readonly exc_type: string; readonly exc_value: string }[];
}

const logLine = ({ event, error_detail = [] }: LogLine): string =>
  [event, ...error_detail.map(({ exc_type, exc_value }) => `${exc_type}: ${exc_value}`)].join('\n');

function send(url: string, method: string, body?: unknown, token?: string): Promise<Response> {
  return fetch(url, {
    method,
    headers: { 'content-type': 'application/json', ...(token && { authorization: `Bearer ${token}` }) },
    ...(body !== undefined && { body: JSON.stringify(body) }),
    signal: AbortSignal.timeout(30_000),
  }).catch((cause: unknown) => {
    throw new AirflowAway(`Airflow does not answer at ${new URL(url).host}`, { cause });
  });
}

async function expectOk(response: Response, method: string, path: string): Promise<unknown> {
  const text = await response.text();
  if (!response.ok)
    throw new AirflowRefusal(
      response.status,
      `Airflow answered ${response.status} to ${method} ${path}: ${text.slice(0, 1_000)}`,
    );
  return JSON.parse(text);
}
