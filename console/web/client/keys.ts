/** Listens to the keyboard for the whole page. */
import { useEffect } from 'preact/hooks';
import { actionOf } from '../view/keys.ts';

const AWAIT_MS = 1500;

export interface KeyHandlers {
  /** @param letter after `g` */
  readonly go: (letter: string) => void;
  readonly help: () => void;
}

/** `/` goes to the field that has `data-find`: the page's own, else the one above every page. */
export function useKeys({ go, help }: KeyHandlers): void {
  useEffect(() => {
    let awaitingUntil = 0;
    const pressed = (event: KeyboardEvent) => {
      const awaiting = event.timeStamp < awaitingUntil;
      const action = actionOf({
        key: event.key,
        modified: event.ctrlKey || event.altKey || event.metaKey,
        typing: isTyping(event.target),
        awaiting,
      });
      awaitingUntil = action.does === 'await' ? event.timeStamp + AWAIT_MS : 0;
      if (action.does === 'find') {
        const field =
          document.querySelector<HTMLElement>('main [data-find]') ?? document.querySelector<HTMLElement>('[data-find]');
        field?.focus();
        if (field) event.preventDefault();
      }
      if (action.does === 'help') help();
      if (action.does === 'go') go(action.letter);
    };
    addEventListener('keydown', pressed);
    return () => removeEventListener('keydown', pressed);
  }, [go, help]);
}

/** Whether a key belongs to the field, or the dialog, that it was pressed in. */
export const isTyping = (target: EventTarget | null): boolean =>
  target instanceof Element && target.closest('input, textarea, select, [contenteditable], dialog') !== null;
