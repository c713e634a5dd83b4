/**
 * Operations that are asked where the backbone is, if it can't be reached itself: in an environment of AWS a function answers for it, by
 * the same operation.
 */
import type { Backbone } from '../backbone.ts';

/** A backbone to be asked in place of its parts. */
export type Askable = Pick<Backbone, 'ask'>;

type Operation<Parts, Args extends readonly unknown[], Result> = (backbone: Parts, ...args: Args) => Promise<Result>;

/**
 * The operation as everybody calls it: by the parts of the backbone that it is given, or else by asking.
 *
 * @param name by which it is asked: its own, which a bundle may change
 */
export function askable<Parts, Args extends readonly unknown[], Result>(
  name: string,
  operation: Operation<Parts, Args, Result>,
): Operation<Parts & Askable, Args, Result> {
  const asked = (backbone: Parts & Askable, ...args: Args): Promise<Result> =>
    backbone.ask ? (backbone.ask(name, args) as Promise<Result>) : operation(backbone, ...args);
  return Object.defineProperty(asked, 'name', { value: name });
}
