/** All kinds of faults, by name. */
import { readdirSync } from 'node:fs';
import type { Fault, FaultAnywhere } from './fault.ts';

const folder = new URL('./kinds/', import.meta.url);

export const kindNames: readonly string[] = readdirSync(folder)
  .map((file) => file.replace(/\.ts$/, ''))
  .sort();

/** @throws if there is no such kind */
export async function findKind(name: string): Promise<Fault> {
  if (!kindNames.includes(name))
    throw new Error(`Expected a kind of fault, one of ${kindNames.join(', ')}, got ${name}.`);
  const { fault } = (await import(new URL(`${name}.ts`, folder).href)) as { fault: Fault };
  return fault;
}

/** @throws if there is no such kind, or it needs the processes of a stack on this machine */
export async function findKindAnywhere(name: string): Promise<FaultAnywhere> {
  const fault = await findKind(name);
  if (fault.anywhere) return fault;
  throw new Error(
    `Expected a kind that strikes a deployment (--list marks them), got ${name}: it needs a stack of its own.`,
  );
}
