/** Checks that an environment's templates have all that its functions need at run time, and names what is missing. */
import { entryOf, type FunctionNeeds, functions } from '../../config/functions.ts';
import { functionNamed } from '../../config/names.ts';
import { resourcesOf, type Templates } from './account.ts';
import { type CheckedFunction, type Finding, variablesOf } from './checked-function.ts';
import { type CodeNeeds, needsOfCode } from './code.ts';
import { pathFindings, surroundingFindings } from './paths-needed.ts';
import { permissionFindings } from './permissions-needed.ts';

/** @param wanted the functions, by name; those that every environment has, if absent */
export function missingAtRunTime(
  templates: Templates,
  environment: string,
  wanted: Readonly<Record<string, FunctionNeeds>> = functions,
): string[] {
  const resources = resourcesOf(templates);
  return Object.entries(wanted).flatMap(([name, needs]) => {
    const found = resources.find(
      ({ type, properties }) =>
        type === 'AWS::Lambda::Function' && properties.FunctionName === functionNamed(environment, name),
    );
    if (!found) return [`${name}: the function`];
    const checked: CheckedFunction = { name, needs, code: codeOf(entryOf(name, needs)), found, resources };
    const findings = [variableFindings, sqlFindings, permissionFindings, pathFindings, surroundingFindings].flatMap(
      (ask) => ask(checked),
    );
    return findings.flatMap(([there, what]) => (there ? [] : [`${name}: ${what}`]));
  });
}

/** Variables that the code reads unless the other one has this value, or any value if none is named. */
const askedUnless: Readonly<Record<string, readonly [variable: string, value?: string]>> = {
  DATABASE_SECRET_ID: ['DATABASE_AUTH', 'iam'],
  // The secret may hold the URL.
  ELASTICSEARCH_URL: ['ELASTICSEARCH_SECRET_ID'],
};

/** Only one machine has these, for a Kafka or an S3 of one's own: in AWS, functions log in to both by their role. */
const onOneMachine: ReadonlySet<string> = new Set([
  ...['USERNAME', 'PASSWORD', 'TLS', 'CA_FILE', 'CERTIFICATE_FILE', 'KEY_FILE'].map((part) => `KAFKA_${part}`),
  ...['REGION', 'ACCESS_KEY_ID', 'SECRET_ACCESS_KEY'].map((part) => `LAKE_${part}`),
]);

function variableFindings(checked: CheckedFunction): Finding[] {
  const set = variablesOf(checked);
  const asked = checked.code.variables.filter((variable) => !onOneMachine.has(variable));
  return asked.flatMap((variable): Finding[] => {
    const [other = '', value = set[other]] = askedUnless[variable] ?? [];
    return set[other] && set[other] === value ? [] : [[Boolean(set[variable]), `variable ${variable}`]];
  });
}

/** What is not in its bundle is found missing at the first question that needs it. */
const sqlFindings = ({ needs, code }: CheckedFunction): Finding[] =>
  code.sql.map((folder) => [Boolean(needs.sql?.includes(folder)), `${folder} in its bundle`]);

/** The same for every environment. */
const codes = new Map<string, CodeNeeds>();

function codeOf(entry: string): CodeNeeds {
  const known = codes.get(entry) ?? needsOfCode(entry);
  codes.set(entry, known);
  return known;
}
