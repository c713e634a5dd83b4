/** Starts the event source poller as a process of its own, since in the cloud Lambda runs it, apart from our code. */
import { join } from 'node:path';
import { type KafkaConfiguration, kafkaLoginVariables } from '#adapters/configuration.ts';
import { configurationVariables } from '#adapters/configuration-file.ts';
import { inRepository, repositoryRoot } from '#adapters/repository.ts';
import { type SupervisedProcess, supervise } from '../processes/supervise.ts';
import { awsVariables } from '../services/local-aws.ts';

export interface PollerProcessOptions extends KafkaConfiguration {
  readonly runFolder: string;
  readonly awsEndpoint: string;
  /** Whose functions it invokes: `tillstream-<environment>-<consumer>` (local). */
  readonly environment?: string;
}

/** Its log holds main.ts' output, one JSON object a line. */
export function startPollerProcess(options: PollerProcessOptions): Promise<SupervisedProcess> {
  const { runFolder, awsEndpoint, environment = 'local' } = options;
  const name = environment === 'local' ? 'poller' : `poller ${environment}`;
  return supervise(
    {
      name,
      command: process.execPath,
      args: ['--disable-warning=ExperimentalWarning', inRepository('localstack/poller/main.ts')],
      cwd: repositoryRoot,
      env: {
        PATH: process.env.PATH,
        KAFKA_BOOTSTRAP_SERVERS: options.bootstrapServers,
        ...kafkaLoginVariables(options),
        ...awsVariables(awsEndpoint),
        ...configurationVariables(),
        TILLSTREAM_ENVIRONMENT: environment,
      },
      logFile: join(runFolder, 'logs', `${name.replace(' ', '-')}.log`),
    },
    runFolder,
  );
}
