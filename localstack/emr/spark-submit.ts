/** Translates a job of EMR Serverless to a command of spark-submit. */
import { splitWords } from './words.ts';

export interface SparkSubmit {
  /** The path of the Python file. */
  readonly entryPoint: string;
  readonly entryPointArguments?: readonly string[];
  /** As on the command line of spark-submit: `--conf a=b --py-files …`. */
  readonly sparkSubmitParameters?: string;
}

export interface SubmitCommand {
  /** Arguments of spark-submit. */
  readonly args: readonly string[];
  /** What the job adds to the driver's environment. */
  readonly env: Readonly<Record<string, string>>;
}

const DRIVER_ENVIRONMENT = 'spark.emr-serverless.driverEnv.';

/**
 * Later properties override earlier ones: the machine's, the application's, the job's own.
 *
 * @param master such as local[2]
 * @throws if the parameters have a quotation without an end
 */
export function submitCommand(
  master: string,
  defaults: Readonly<Record<string, string>>,
  { entryPoint, entryPointArguments = [], sparkSubmitParameters = '' }: SparkSubmit,
): SubmitCommand {
  const given = splitWords(sparkSubmitParameters);
  const properties = new Map(Object.entries(defaults));
  const options: string[] = [];
  for (let at = 0; at < given.length; at++) {
    const word = given[at] as string;
    const [name = '', ...value] = word.startsWith('--conf=')
      ? word.slice(7).split('=')
      : (given[at + 1] ?? '').split('=');
    if (word === '--conf') at++;
    else if (!word.startsWith('--conf=')) {
      options.push(word);
      continue;
    }
    properties.set(name, value.join('='));
  }
  const isEnvironment = (name: string) => name.startsWith(DRIVER_ENVIRONMENT);
  const entries = [...properties];
  return {
    args: [
      ...['--master', master],
      ...entries.flatMap(([name, value]) => (isEnvironment(name) ? [] : ['--conf', `${name}=${value}`])),
      ...options,
      entryPoint,
      ...entryPointArguments,
    ],
    env: Object.fromEntries(
      entries.flatMap(([name, value]) => (isEnvironment(name) ? [[name.slice(DRIVER_ENVIRONMENT.length), value]] : [])),
    ),
  };
}

/**
 * The Python files that the job brings, if it brings nothing else: no property and no option of its own.
 *
 * @throws if the parameters have a quotation without an end
 */
export function modulesOf({ sparkSubmitParameters = '' }: SparkSubmit): readonly string[] | undefined {
  const [option, files = '', ...more] = splitWords(sparkSubmitParameters);
  if (option === undefined) return [];
  return option === '--py-files' && more.length === 0 ? files.split(',').filter(Boolean) : undefined;
}
