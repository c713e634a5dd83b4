/** The page of the functions that are asked, by people, DAGs and schedules: the fields of each request. */
import { globSync, readFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import * as z from 'zod';
import { repositoryRoot } from '#adapters/repository.ts';
import { code, page, table } from './markdown.ts';

interface Field {
  readonly type?: string;
  readonly enum?: readonly unknown[];
  readonly const?: unknown;
  readonly anyOf?: readonly Field[];
  readonly oneOf?: readonly Field[];
  readonly items?: Field;
  readonly properties?: Readonly<Record<string, Field>>;
  readonly required?: readonly string[];
  readonly default?: unknown;
  readonly description?: string;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly minItems?: number;
  readonly maxItems?: number;
}

export async function functionsPage(): Promise<string> {
  const files = globSync('functions/*/request.ts', { cwd: repositoryRoot }).sort();
  const chapters = await Promise.all(files.map(chapter));
  return page(
    'Functions that are asked',
    'Each is a Lambda function, `tillstream-<environment>-<name>` in the cloud. The command, the page and the DAGs ask them; a person can too, ' +
      'as the [runbook](../runbook.md) says. A request that isn’t as described is refused with what was expected and what came. ' +
      'The functions that consume [streams](streams.md) are asked by Kafka’s event source, `migrate-database` by the deployment, and `rotate-passwords` by Secrets Manager.',
    ...chapters.flat(),
  );
}

async function chapter(file: string): Promise<string[]> {
  const { request } = (await import(join(repositoryRoot, file))) as { readonly request?: z.ZodType };
  if (!request) return [];
  const schema = z.toJSONSchema(request, { io: 'input', unrepresentable: 'any' }) as Field;
  return [`## ${basename(dirname(file))}`, explained(file), ...(schema.oneOf ?? [schema]).flatMap(fieldsOf)];
}

/** The comment that the file begins with. */
function explained(file: string): string {
  const [, comment = ''] = /^\/\*\*(.*?)\*\//s.exec(readFileSync(join(repositoryRoot, file), 'utf8')) ?? [];
  return comment.replaceAll(/^ *\* ?/gm, '').trim();
}

/** Nothing of an action that has no fields but its name: the comment has shown it. */
function fieldsOf({ properties = {}, required = [] }: Field): string[] {
  const fields = Object.entries(properties);
  if (fields.every(([, field]) => field.const !== undefined)) return [];
  const rows = fields.map(([name, field]) => [
    code(name),
    type(field),
    required.includes(name) ? 'yes' : field.default === undefined ? 'no' : `no: ${JSON.stringify(field.default)}`,
    field.description ?? '',
  ]);
  return [table(['field', 'type', 'required', ''], rows)];
}

function type(field: Field): string {
  if (field.const !== undefined) return code(JSON.stringify(field.const));
  if (field.enum) return field.enum.map((value) => code(JSON.stringify(value))).join(', ');
  if (field.anyOf) return field.anyOf.map(type).join(' or ');
  if (field.type === 'array')
    return `${field.minItems ?? 0} to ${field.maxItems ?? 'any number'} of ${type(field.items ?? {})}`;
  if (field.properties) return `{${Object.keys(field.properties).join(', ')}}`;
  const { minimum, maximum } = field;
  const most = maximum === undefined || maximum === Number.MAX_SAFE_INTEGER ? '' : ` to ${maximum}`;
  return `${field.type ?? 'any'}${minimum === undefined || minimum === 0 ? '' : ` from ${minimum}`}${most}`;
}
