/** A button that copies a text, such as the command that does what the page shows. */
import { useState } from 'preact/hooks';

export function Copy({ text, children = 'Copy' }: { text: string; children?: string }) {
  const [said, say] = useState(children);
  const copy = () =>
    navigator.clipboard.writeText(text).then(
      () => say('Copied'),
      () => say('The browser refused'),
    );
  return (
    <button type="button" class="small" title={text.slice(0, 1_000)} onClick={copy} onBlur={() => say(children)}>
      <span aria-live="polite">{said}</span>
    </button>
  );
}
