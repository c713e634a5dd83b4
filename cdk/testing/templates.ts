/** Synthesizes templates for tests, and reads roles and variables from them. */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { App } from 'aws-cdk-lib';
import { Match, Template } from 'aws-cdk-lib/assertions';
import { inRepository } from '#adapters/repository.ts';
import { addChecks } from '../checks.ts';
import type { Environment } from '../config/environment.ts';
import { environmentNamed } from '../config/environments.ts';
import { stackName } from '../config/names.ts';
import { buildPlatform } from '../platform.ts';

export interface Statement {
  readonly effect: 'Allow' | 'Deny';
  readonly actions: readonly string[];
  /** As JSON, since a resource may be an intrinsic function. */
  readonly resources: readonly string[];
}

interface PolicyDocument {
  readonly Statement: readonly {
    readonly Effect: 'Allow' | 'Deny';
    readonly Action: string | readonly string[];
    readonly Resource: unknown;
  }[];
}

export interface SynthesisOptions {
  /** Whether cdk-nag checks run (true). They take most of the time, and one checked synthesis per environment is enough. */
  readonly checked?: boolean;
}

const checkedTemplates = new Map<string, Map<string, object>>();
const uncheckedTemplates = new Map<string, Map<string, object>>();

/**
 * An environment's templates as `cdk synth` makes them, checks included, but without bundling. Synthesized once for all
 * test files of a worker, and copied for each, so that a test may change its own.
 *
 * @returns by stack name
 * @throws if a check of the environment fails
 */
export function synthesize(name: string, { checked = true }: SynthesisOptions = {}): Map<string, object> {
  const kept = checked ? checkedTemplates : uncheckedTemplates;
  const templates = checkedTemplates.get(name) ?? kept.get(name) ?? synthesizeNow(environmentNamed(name), checked);
  kept.set(name, templates);
  return structuredClone(templates);
}

/** The same of an environment that has no name of its own, by stack name. @throws if a check fails */
export function synthesizeNow(environment: Environment, checked: boolean): Map<string, object> {
  const { context } = JSON.parse(readFileSync(inRepository('cdk.json'), 'utf8'));
  const outdir = mkdtempSync(join(tmpdir(), 'tillstream-cdk-'));
  try {
    const app = new App({ context: { ...context, 'aws:cdk:bundling-stacks': [] }, outdir });
    buildPlatform(app, environment);
    if (checked) addChecks(app, environment);
    return new Map(app.synth({ skipValidation: !checked }).stacks.map((stack) => [stack.stackName, stack.template]));
  } finally {
    rmSync(outdir, { recursive: true, force: true });
  }
}

/** The templates of an environment, by the last part of the stack's name. */
export function templatesOf(name: string, options?: SynthesisOptions): (part: string) => Template {
  const templates = synthesize(name, options);
  return (part) => Template.fromJSON(templates.get(stackName(name, part)) ?? {});
}

/** Environment variables of our functions, by function name. Functions that CDK adds have no name, and are left out. */
export function variablesOf(template: Template): Record<string, Record<string, unknown>> {
  return Object.fromEntries(
    Object.values(template.findResources('AWS::Lambda::Function'))
      .filter(({ Properties }) => Properties.FunctionName)
      .map(({ Properties }) => [Properties.FunctionName, Properties.Environment.Variables]),
  );
}

/** The statements of the policies of a function's role. */
export function permissionsOf(template: Template, functionName: string): Statement[] {
  const [lambda] = Object.values(
    template.findResources('AWS::Lambda::Function', { Properties: { FunctionName: functionName } }),
  );
  const role = lambda?.Properties.Role['Fn::GetAtt'][0];
  const policies = template.findResources('AWS::IAM::Policy', {
    Properties: { Roles: Match.arrayWith([{ Ref: role }]) },
  });
  return Object.values(policies).flatMap(({ Properties }) => statements(Properties.PolicyDocument));
}

export const statements = ({ Statement }: PolicyDocument): Statement[] =>
  Statement.map(({ Effect, Action, Resource }) => ({
    effect: Effect,
    actions: [Action].flat() as string[],
    resources: [Resource].flat().map((resource) => JSON.stringify(resource)),
  }));
