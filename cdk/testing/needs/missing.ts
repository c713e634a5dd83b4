/** Walks the templates of an environment for what its functions will need at run time, and says what is not there. */
import { type FunctionNeeds, functions } from '../../config/functions.ts';
import { functionNamed } from '../../config/names.ts';
import { resourcesOf, type Templates } from './account.ts';
import { type CodeNeeds, needsOfCode } from './code.ts';
import { pathFindings, surroundingFindings } from './paths-needed.ts';
import { permissionFindings } from './permissions-needed.ts';
import { type Finding, variablesOf, type Walk } from './walk.ts';

export function missingAtRunTime(templates: Templates, environment: string): string[] {
  const resources = resourcesOf(templates);
  return Object.entries<FunctionNeeds>(functions).flatMap(([name, needs]) => {
    const found = resources.find(
      ({ type, properties }) =>
        type === 'AWS::Lambda::Function' && properties.FunctionName === functionNamed(environment, name),
    );
    if (!found) return [`${name}: the function`];
    const walk: Walk = { name, needs, code: codeOf(name), found, resources };
    const findings = [variableFindings, permissionFindings, pathFindings, surroundingFindings].flatMap((ask) =>
      ask(walk),
    );
    return findings.flatMap(([there, what]) => (there ? [] : [`${name}: ${what}`]));
  });
}

/** Variables that the code asks for unless another has the value, or any value. */
const askedUnless: Readonly<Record<string, readonly [variable: string, value?: string]>> = {
  DATABASE_SECRET_ID: ['DATABASE_AUTH', 'iam'],
  // Then the secret may say it.
  ELASTICSEARCH_URL: ['ELASTICSEARCH_SECRET_ID'],
};

function variableFindings(walk: Walk): Finding[] {
  const set = variablesOf(walk);
  return walk.code.variables.flatMap((variable): Finding[] => {
    const [other = '', value = set[other]] = askedUnless[variable] ?? [];
    return set[other] && set[other] === value ? [] : [[Boolean(set[variable]), `variable ${variable}`]];
  });
}

/** The same for every environment. */
const codes = new Map<string, CodeNeeds>();

function codeOf(name: string): CodeNeeds {
  const known = codes.get(name) ?? needsOfCode(name);
  codes.set(name, known);
  return known;
}
