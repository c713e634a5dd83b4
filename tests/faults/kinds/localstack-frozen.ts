import { type Fault, freezeService } from '../fault.ts';

export const fault: Fault = {
  breaks: 'LocalStack (S3, Lambda) answers nobody for seconds',
  strike: (pipeline, random) => freezeService(pipeline, 'localstack', random.integer(500, 10_000)),
};
