/** What keys mean on every page. Lists and dialogs have their own. */

export type KeyAction =
  | { readonly does: 'find' }
  | { readonly does: 'help' }
  /** The next letter says where to. */
  | { readonly does: 'await' }
  | { readonly does: 'go'; readonly letter: string }
  | { readonly does: 'nothing' };

export interface KeyPress {
  readonly key: string;
  /** With Ctrl, Alt or Meta, it is the browser's. */
  readonly modified: boolean;
  /** Somebody writes into a field. */
  readonly typing: boolean;
  /** `g` came just before. */
  readonly awaiting: boolean;
}

export function actionOf({ key, modified, typing, awaiting }: KeyPress): KeyAction {
  if (modified || typing) return { does: 'nothing' };
  if (awaiting) return { does: 'go', letter: key };
  if (key === '/') return { does: 'find' };
  if (key === '?') return { does: 'help' };
  return { does: key === 'g' ? 'await' : 'nothing' };
}
