import { functions } from '#cdk/config/functions.ts';
import { lambdaProcesses } from '#localstack/lambda_executor/lambda-processes.ts';
import { type Fault, signalPid } from '../fault.ts';

export const fault: Fault = {
  breaks: 'every process of every function is killed at once',
  async strike({ stack }) {
    const { runFolder, lambda } = stack.status;
    for (const name of Object.keys(functions))
      for (const { pid } of lambdaProcesses(runFolder, `${lambda.functionPrefix}-${name}`)) signalPid(pid, 'SIGKILL');
  },
};
