/** docs/configuration.md and the schema for editors, as they follow from domain/configuration/keys.ts. */
import {
  environmentNames,
  type KeyName,
  keyNamed,
  keyNames,
  standardOf,
  variableOf,
} from '#domain/configuration/keys.ts';

export const SCHEMA_FILE = 'tillstream.config.schema.json';

const GROUPS: Readonly<Record<string, string>> = {
  late: 'Late payments',
  schedules: 'When DAGs run',
  windows: 'How long batches fill',
  retention: 'How long is kept',
  alerts: 'Alarms',
};

export function configurationPage(): string {
  const groups = Map.groupBy(keyNames, (name) => name.split('.')[0] ?? '');
  const sections = [...groups].map(([group, names]) => `## ${GROUPS[group] ?? group}\n\n${tableOf(names)}\n`);
  return `${INTRODUCTION}\n${sections.join('\n')}\n${INTERNAL}`;
}

const HEADER = '| key | default | expects | what it changes | takes effect |\n|---|---|---|---|---|';

/** All windows are one row: the page is the same whichever streams a shop has. */
const tableOf = (names: readonly KeyName[]): string =>
  [HEADER, ...(names[0]?.startsWith('windows.') ? [windowsRow(names[0])] : names.map(rowOf))].join('\n');

function windowsRow(name: KeyName): string {
  const { type, takesEffect } = keyNamed(name);
  const standard = `the stream's own (\`domain/streams/\`); local 5 at most`;
  const what =
    'How long a batch of the topic waits to fill: longer is cheaper ([cost.md](cost.md)), shorter is sooner.';
  return `| \`windows.TOPIC\`, such as \`windows.orders\`<br>\`TILLSTREAM_WINDOWS_ORDERS\` | ${standard} | ${type.expected} | ${what} | ${takesEffect} |`;
}

function rowOf(name: KeyName): string {
  const { type, changes, takesEffect, notIn, formerly } = keyNamed(name);
  const variable = `\`${variableOf(name)}\`${formerly ? `, before \`${formerly}\`` : ''}`;
  const what = [changes, ...(notIn ? [`Changes nothing in ${notIn}`] : [])].join(' ');
  return `| \`${name}\`<br>${variable} | ${standards(name)} | ${type.expected} | ${what} | ${takesEffect} |`;
}

function standards(name: KeyName): string {
  const values = environmentNames.map((environment) => [environment, say(standardOf(name, environment))] as const);
  const [[, first]] = values as [(typeof values)[number]];
  if (values.every(([, value]) => value === first)) return `\`${first}\``;
  return values.map(([environment, value]) => `${environment} \`${value}\``).join(', ');
}

const say = (value: unknown): string => (typeof value === 'string' ? value : JSON.stringify(value));

const INTRODUCTION = `# Configuration

What a shop sets, in one place: \`tillstream.config.json\` at the root of the project. \`npm start\`, \`docker compose\` and CDK read the
same keys from it. Every key may be left out.

\`\`\`json
{
  "$schema": "./${SCHEMA_FILE}",
  "windows.orders": 10,
  "environments": {
    "prod": { "alerts.emails": ["ops@example.org"], "retention.logs_days": 365 }
  }
}
\`\`\`

- **What counts**, from the weakest to the strongest: the default, the file, the file's part for the environment (\`local\` is \`npm start\` and
  compose), a variable or an option. A variable sets a key on one machine: \`npm start\` takes them all, compose
  \`TILLSTREAM_PROCESS_SCHEDULE\`. Environments in AWS take options, so that nothing depends on the shell of who deploys:
  \`npx cdk deploy --all -c environment=prod -c windows.orders=60\`. \`TILLSTREAM_CONFIG\` names another file on one machine, \`-c config=FILE\`
  in AWS; a key behind \`-c\` that nothing reads is refused, and so is the variable without that option.
- **What is in force**: \`npx tillstream config\` prints each value and where it comes from, \`config KEY\` what it changes and when,
  \`config --for prod\` the same of an environment.
- **What is wrong** is refused before anything starts or is deployed: an unknown key with the nearest known one, a wrong value with what was
  expected. \`npx tillstream config check FILE\` does the same; the schema has editors do it.
- **When it takes effect**: a deployment is \`npm start\`, a start of compose's containers \`tillstream\` and \`console\`
  (\`docker compose restart tillstream console\`; Airflow's read the schedules a minute later), or \`cdk deploy\`.
- **No secret** belongs there: passwords are in Secrets Manager, or in \`.env\` for compose.

This page is written from \`domain/configuration/keys.ts\` by \`npm run docs:configuration\`.
`;

const INTERNAL = `## What is no key, and why

- **What decides whether the books balance**: limits of batches, partitions, the order of locks. They are proved as they are.
- **Sizes of functions, brokers and databases, and network**: \`cdk/config/environments.ts\`, since each pair of values is a decision about cost and
  safety; passwords' rotation is there too.
- **What belongs to a product**: its threshold of low stock is a column of \`inventory.inventory\`.
- **What a person adjusts to see**: ports and rates are options of \`npm start\`.
- **Alarms on what was promised**, such as a proof that isn't balanced: they have no threshold to choose.
- **Proofs** are kept for 90 days, their checks for the last 1,000: the page's history is made for that.
`;
