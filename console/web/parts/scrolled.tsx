/** What may be larger than its place, in a box that scrolls, and that the keyboard reaches. */
import type { ComponentChildren } from 'preact';

export interface ScrolledProps {
  /** What is in it, for those who hear it. */
  readonly label: string;
  readonly children: ComponentChildren;
}

/** A wide table. */
export const Wide = ({ label, children }: ScrolledProps) => (
  // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by keyboard
  <section class="wide" tabIndex={0} aria-label={label}>
    {children}
  </section>
);

/** A text as it is, such as a record's value. */
export const Scrolled = ({ label, children }: ScrolledProps) => (
  // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by keyboard
  <section class="value" tabIndex={0} aria-label={label}>
    <pre>{children}</pre>
  </section>
);
