/**
 * The calls of EMR Serverless' REST API that Airflow makes to run a job on an application that exists:
 * https://docs.aws.amazon.com/emr-serverless/latest/APIReference/
 */
import { isWithin } from './is-within.ts';
import type { JobRequest, JobRun, JobRuns } from './job-runs.ts';

export interface Application {
  readonly applicationId: string;
  readonly name: string;
  readonly releaseLabel: string;
  /** Milliseconds since 1970. */
  readonly createdAt: number;
  readonly jobRuns: JobRuns;
  /** The folder of the programs that jobs may run. */
  readonly code: string;
}

export interface ApiRequest {
  readonly method: string;
  /** Without the query. */
  readonly path: string;
  readonly body: unknown;
}

/** An error answer; `type` is AWS's name for it. */
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

export function createApi(application: Application): Api {
  const { applicationId, jobRuns, code } = application;
  const jobRunOf = (id: string): JobRun => {
    const found = jobRuns.find(id);
    if (!found) throw notFound(`Job run ${id} of application ${applicationId} doesn't exist`);
    return found;
  };

  const routes: Record<string, (body: unknown, jobRunId: string) => object> = {
    'GET /applications/*': () => ({ application: describeApplication(application) }),
    'POST /applications/*/jobruns': (body) => {
      const { jobRunId } = jobRuns.start(jobRequest(body, code));
      return { applicationId, jobRunId, arn: arnOf(applicationId, jobRunId) };
    },
    'GET /applications/*/jobruns/*': (_, id) => ({ jobRun: describeJobRun(application, jobRunOf(id)) }),
    'DELETE /applications/*/jobruns/*': (_, id) => {
      const { jobRunId } = jobRunOf(id);
      jobRuns.cancel(jobRunId, 'It was cancelled by request.');
      return { applicationId, jobRunId };
    },
  };

  return {
    answer({ method, path, body }) {
      const parts = path.split('/').filter(Boolean).map(decodeURIComponent);
      const shape = parts.map((part, index) => (index === 1 || index === 3 ? '*' : part)).join('/');
      const route = routes[`${method} /${shape}`];
      if (!route) throw new ApiError(404, 'UnknownOperationException', `No such call here: ${method} ${path}`);
      const [, id = '', , jobRunId = ''] = parts;
      if (id !== applicationId) throw notFound(`Application ${id} doesn't exist`);
      return route(body, jobRunId);
    },
  };
}

const arnOf = (applicationId: string, jobRunId?: string): string =>
  `arn:aws:emr-serverless:us-east-1:${ACCOUNT}:/applications/${applicationId}${jobRunId ? `/jobruns/${jobRunId}` : ''}`;

/** Always started, so Airflow does not start it first. */
const describeApplication = ({ applicationId, name, releaseLabel, createdAt }: Application) => ({
  ...{ applicationId, name, releaseLabel, type: 'SPARK', state: 'STARTED', arn: arnOf(applicationId) },
  ...{ createdAt: seconds(createdAt), updatedAt: seconds(createdAt) },
});

const describeJobRun = ({ applicationId, releaseLabel }: Application, run: JobRun) => ({
  ...{ applicationId, jobRunId: run.jobRunId, arn: arnOf(applicationId, run.jobRunId), releaseLabel },
  ...{ name: run.name, mode: run.mode ?? 'BATCH', attempt: 1, tags: run.tags ?? {} },
  ...{ state: run.state, stateDetails: run.stateDetails, executionRole: run.executionRoleArn, createdBy: CREATOR },
  ...{ jobDriver: run.jobDriver, configurationOverrides: run.configurationOverrides },
  ...{ createdAt: seconds(run.createdAt), updatedAt: seconds(run.updatedAt) },
  ...(run.startedAt && { startedAt: seconds(run.startedAt) }),
  ...(run.endedAt && { endedAt: seconds(run.endedAt) }),
});

function jobRequest(body: unknown, code: string): JobRequest {
  const request = body as Partial<JobRequest>;
  const entryPoint = request.jobDriver?.sparkSubmit?.entryPoint;
  if (!entryPoint) throw invalid('jobDriver.sparkSubmit.entryPoint is missing');
  if (!isWithin(code, entryPoint)) throw invalid(`Expected an entry point in ${code}, got ${entryPoint}`);
  if (!request.executionRoleArn) throw invalid('executionRoleArn is missing');
  if (!request.clientToken) throw invalid('clientToken is missing');
  return request as JobRequest;
}

const notFound = (message: string) => new ApiError(404, 'ResourceNotFoundException', message);
const invalid = (message: string) => new ApiError(400, 'ValidationException', message);
