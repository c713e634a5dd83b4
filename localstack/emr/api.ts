/**
 * The part of EMR Serverless' REST API that Airflow and tools call:
 * https://docs.aws.amazon.com/emr-serverless/latest/APIReference/
 */
import type { Configuration, JobRequest, JobRun, JobRuns } from './job-runs.ts';

export interface Application {
  readonly applicationId: string;
  readonly name: string;
  readonly releaseLabel: string;
  readonly type: string;
  readonly clientToken: string;
  /** What every job of it is given. */
  readonly runtimeConfiguration: readonly Configuration[];
  readonly createdAt: number;
  state: 'CREATED' | 'STARTED' | 'STOPPED' | 'TERMINATED';
  readonly jobRuns: JobRuns;
}

export interface ApiRequest {
  readonly method: string;
  /** Without the query. */
  readonly path: string;
  readonly query: URLSearchParams;
  readonly body: unknown;
}

/** An answer that is an error, by AWS's name of it. */
export class ApiError extends Error {
  readonly status: number;
  readonly type: string;

  constructor(status: number, type: string, message: string) {
    super(message);
    this.status = status;
    this.type = type;
  }
}

const ACCOUNT = '000000000000';
const CREATOR = `arn:aws:iam::${ACCOUNT}:root`;
const seconds = (milliseconds: number): number => milliseconds / 1000;

export interface Api {
  /** @throws ApiError */
  answer(request: ApiRequest): object;
}

/** @param createApplication makes one, with an id of its own */
export function createApi(
  applications: Map<string, Application>,
  createApplication: (request: Partial<Application>) => Application,
): Api {
  const applicationOf = (id: string): Application => {
    const found = applications.get(id);
    if (!found) throw notFound(`Application ${id} doesn't exist`);
    return found;
  };
  const jobRunOf = (application: Application, id: string): JobRun => {
    const found = application.jobRuns.find(id);
    if (!found) throw notFound(`Job run ${id} of application ${application.applicationId} doesn't exist`);
    return found;
  };

  const routes: Record<string, (request: ApiRequest, applicationId: string, jobRunId: string) => object> = {
    'POST /applications': ({ body }) => {
      const request = body as Partial<Application>;
      const same = [...applications.values()].find(({ clientToken }) => clientToken === request.clientToken);
      const { applicationId, name } = same ?? createApplication(request);
      return { applicationId, name, arn: arnOf(applicationId) };
    },
    'GET /applications': ({ query }) =>
      page([...applications.values()], query, 'applications', ({ applicationId, ...rest }) => ({
        id: applicationId,
        ...describeApplication({ applicationId, ...rest }),
      })),
    'GET /applications/*': (_, id) => ({
      application: { applicationId: id, ...describeApplication(applicationOf(id)) },
    }),
    'POST /applications/*/start': (_, id) => {
      applicationOf(id).state = 'STARTED';
      return {};
    },
    'POST /applications/*/stop': (_, id) => {
      const application = applicationOf(id);
      if (application.jobRuns.list().some(({ endedAt }) => endedAt === undefined))
        throw invalid(`Application ${id} has jobs that have not ended; cancel them first`);
      application.state = 'STOPPED';
      return {};
    },
    'POST /applications/*/jobruns': ({ body }, id) => {
      const application = applicationOf(id);
      const { jobRunId } = application.jobRuns.start(jobRequest(body));
      application.state = 'STARTED';
      return { applicationId: id, jobRunId, arn: arnOf(id, jobRunId) };
    },
    'GET /applications/*/jobruns': ({ query }, id) => {
      const states = query.getAll('states');
      const wanted = applicationOf(id)
        .jobRuns.list()
        .filter(
          ({ state, mode = 'BATCH' }) =>
            (states.length === 0 || states.includes(state)) && mode === (query.get('mode') ?? mode),
        );
      return page(wanted, query, 'jobRuns', (run) => ({ id: run.jobRunId, ...describeJobRun(applicationOf(id), run) }));
    },
    'GET /applications/*/jobruns/*': (_, id, jobRunId) => {
      const application = applicationOf(id);
      const run = jobRunOf(application, jobRunId);
      const { jobDriver, configurationOverrides, tags = {} } = run;
      return { jobRun: { jobRunId, ...describeJobRun(application, run), jobDriver, configurationOverrides, tags } };
    },
    'DELETE /applications/*/jobruns/*': (_, id, jobRunId) => {
      const application = applicationOf(id);
      jobRunOf(application, jobRunId);
      application.jobRuns.cancel(jobRunId, 'It was cancelled by request.');
      return { applicationId: id, jobRunId };
    },
    'GET /applications/*/jobruns/*/dashboard': (_, _id, jobRunId) => {
      throw invalid(`There is no dashboard on this machine; the logs are in run/logs/spark/${jobRunId}/`);
    },
  };

  return {
    answer(request) {
      const parts = request.path.split('/').filter(Boolean).map(decodeURIComponent);
      const shape = parts.map((part, index) => (index === 1 || index === 3 ? '*' : part)).join('/');
      const path = parts[2] === 'jobruns' || parts.length < 4 ? shape : request.path;
      const route = routes[`${request.method} /${path}`];
      if (!route)
        throw new ApiError(404, 'UnknownOperationException', `No such call here: ${request.method} ${request.path}`);
      return route(request, parts[1] ?? '', parts[3] ?? '');
    },
  };
}

export const arnOf = (applicationId: string, jobRunId?: string): string =>
  `arn:aws:emr-serverless:us-east-1:${ACCOUNT}:/applications/${applicationId}${jobRunId ? `/jobruns/${jobRunId}` : ''}`;

const describeApplication = ({ applicationId, name, releaseLabel, type, state, createdAt }: Application) => ({
  ...{ name, releaseLabel, type, state, arn: arnOf(applicationId) },
  ...{ createdAt: seconds(createdAt), updatedAt: seconds(createdAt) },
});

const describeJobRun = ({ applicationId, releaseLabel }: Application, run: JobRun) => ({
  ...{
    applicationId,
    releaseLabel,
    name: run.name,
    mode: run.mode ?? 'BATCH',
    arn: arnOf(applicationId, run.jobRunId),
  },
  ...{ state: run.state, stateDetails: run.stateDetails, executionRole: run.executionRoleArn, createdBy: CREATOR },
  ...{ createdAt: seconds(run.createdAt), updatedAt: seconds(run.updatedAt), attempt: 1 },
  ...(run.startedAt && { startedAt: seconds(run.startedAt) }),
  ...(run.endedAt && { endedAt: seconds(run.endedAt) }),
});

function jobRequest(body: unknown): JobRequest {
  const request = body as Partial<JobRequest>;
  if (!request.jobDriver?.sparkSubmit?.entryPoint) throw invalid('jobDriver.sparkSubmit.entryPoint is missing');
  if (!request.executionRoleArn) throw invalid('executionRoleArn is missing');
  if (!request.clientToken) throw invalid('clientToken is missing');
  return request as JobRequest;
}

function page<T>(all: readonly T[], query: URLSearchParams, name: string, describe: (each: T) => object): object {
  const from = Number(query.get('nextToken') ?? 0);
  const to = from + Number(query.get('maxResults') ?? 50);
  return { [name]: all.slice(from, to).map(describe), ...(to < all.length && { nextToken: String(to) }) };
}

const notFound = (message: string) => new ApiError(404, 'ResourceNotFoundException', message);
const invalid = (message: string) => new ApiError(400, 'ValidationException', message);
