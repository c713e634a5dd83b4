/** What `-c KEY=VALUE` and cdk.json say, among what CDK keeps for itself. Pure. */
import { keyNames } from '#domain/configuration/keys.ts';
import { suggestion } from '#domain/configuration/suggestion.ts';
import { defaultLocalServices } from './local-services.ts';

/** `alertEmails` is the old name of alerts.emails; `config` is the path of a configuration's file. */
const OURS: readonly string[] = [
  ...keyNames,
  ...Object.keys(defaultLocalServices),
  ...['environment', 'protected', 'console', 'config', 'alertEmails'],
];

/** Feature flags, the toolkit's settings and what it has looked up have one of these letters; two names have none. */
const isOfCdk = (name: string): boolean =>
  /[@:]/.test(name) || ['acknowledged-issue-numbers', 'cli-telemetry'].includes(name);

/**
 * @param environment the name of the one that is built
 * @returns the path of the configuration's file, if it isn't the standard one
 * @throws if one is named where it would be passed over without a word
 */
export function fileIn(
  { environment, config }: Readonly<Record<string, unknown>>,
  env: NodeJS.ProcessEnv,
): string | undefined {
  if (config === '')
    throw new Error('-c config is empty; expected the path of a file, or no -c config for tillstream.config.json.');
  const { TILLSTREAM_CONFIG: ofMachine } = env;
  if (ofMachine && environment !== 'local' && config === undefined)
    throw new Error(
      `TILLSTREAM_CONFIG is ${ofMachine}, which counts on one machine alone. If environment ${environment} is to be as that file says, ` +
        `pass -c config=${ofMachine}; if not, unset it.`,
    );
  return config === undefined ? undefined : String(config);
}

/**
 * @param context all of an app's
 * @returns keys of the configuration, as text
 * @throws naming keys that nothing reads, since an environment would be deployed without what they were to set
 */
export function optionsIn(context: Readonly<Record<string, unknown>>): Record<string, string> {
  const problems = Object.keys(context)
    .filter((name) => !OURS.includes(name) && !isOfCdk(name))
    .map((name) => `-c ${name}: there is no such key.${suggestion(name, OURS)}`);
  const { alertEmails, 'alerts.emails': emails } = context;
  if (alertEmails !== undefined && emails !== undefined)
    problems.push('-c alertEmails is the old name of alerts.emails: leave it out.');
  if (problems.length > 0)
    throw new Error(
      `${problems.join('\n')}\nKeys come from -c, cdk.json and ~/.cdk.json; docs/configuration.md has all.`,
    );
  const given = { ...context, 'alerts.emails': emails ?? alertEmails };
  return Object.fromEntries(
    Object.entries(given)
      .filter(([name, value]) => (keyNames as readonly string[]).includes(name) && value !== undefined)
      .map(([name, value]) => [name, String(value)]),
  );
}
