/** What stands where rows or figures would be, if there are none: empty, failed, asking and old look different. */
import type { ComponentChildren } from 'preact';
import type { AskError } from '../client/ask.ts';
import { Copy } from './copy.tsx';
import { Time } from './time.tsx';

/** Nothing is there, and that is known. @param command what would bring something */
export function Nothing({ children, command }: { children: ComponentChildren; command?: string }) {
  return (
    <div class="state">
      <p>{children}</p>
      {command !== undefined && (
        <p>
          <code>{command}</code> <Copy text={command} />
        </p>
      )}
    </div>
  );
}

export function Asking({ children = 'Asking the server …' }: { children?: ComponentChildren }) {
  return (
    <p class="state muted" role="status">
      {children}
    </p>
  );
}

export function Failed({ error, again }: { error: AskError; again?: () => void }) {
  return (
    <div class="state is-failed" role="alert">
      <p>
        <b>{error.message}</b> {error.hint}
      </p>
      {again && (
        <button type="button" onClick={again}>
          Try again
        </button>
      )}
    </div>
  );
}

/** Above figures that are still shown although newer ones couldn't be had. */
export function Old({ at, why }: { at: string; why: string }) {
  return (
    <p class="state is-old" role="status">
      As of <Time at={at} /> UTC. {why}
    </p>
  );
}
