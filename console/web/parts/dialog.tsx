/** A dialog. The browser's own: Esc closes it, focus stays inside and goes back to where it was. */
import type { ComponentChildren } from 'preact';
import { useEffect, useId, useRef } from 'preact/hooks';

export interface DialogProps {
  readonly title: string;
  readonly children: ComponentChildren;
  /** It was closed, or wants to be: the caller draws it no longer. */
  readonly onClose: () => void;
  readonly wide?: boolean;
  /** Not while something is under way that must be seen to its end. */
  readonly mayClose?: boolean;
}

export function Dialog({ title, children, onClose, wide = false, mayClose = true }: DialogProps) {
  const element = useRef<HTMLDialogElement>(null);
  const heading = useId();
  useEffect(() => {
    const before = document.activeElement;
    element.current?.showModal();
    return () => {
      if (before instanceof HTMLElement || before instanceof SVGElement) before.focus();
      // What was done here may have taken away or disabled what opened it.
      if (document.activeElement !== before) document.querySelector('main')?.focus();
    };
  }, []);
  return (
    <dialog
      ref={element}
      class={wide ? 'is-wide' : ''}
      aria-labelledby={heading}
      onCancel={(event) => mayClose || event.preventDefault()}
      // A browser closes it at the second Esc, whatever it was told at the first.
      onClose={() => (mayClose ? onClose() : element.current?.showModal())}
    >
      <header class="dialog-head">
        <h2 id={heading}>{title}</h2>
        <button type="button" class="small" disabled={!mayClose} onClick={() => element.current?.close()}>
          Close <kbd>Esc</kbd>
        </button>
      </header>
      {children}
    </dialog>
  );
}
