/** Text that a person gives with a command or a request, such as a name or a reason, and that stays on record. */
import * as z from 'zod';

/** PostgreSQL refuses one of them, NUL; the others move the cursor of whoever reads the text later, reorder it, or begin another line. */
const CONTROL = /[\p{Cc}\p{Bidi_Control}\p{Zl}\p{Zp}]/u;

/**
 * @param longest in characters
 * @returns what the text lacks: "expected …, got …"; undefined if it can be kept
 */
export function faultOf(text: string, longest: number): string | undefined {
  if (text === '') return 'expected some text, got none';
  if ([...text.slice(0, 2 * longest + 1)].length > longest) return `expected at most ${longest} characters, got more`;
  if (!text.isWellFormed()) return 'expected well-formed Unicode, got half of a surrogate pair';
  const [control] = CONTROL.exec(text) ?? [];
  return control && `expected one line without control characters, got ${nameOf(control)}`;
}

/** Without the white space around it. */
export const givenText = (longest: number) =>
  z
    .string()
    .trim()
    .superRefine((text, context) => {
      const fault = faultOf(text, longest);
      if (fault) context.addIssue({ code: 'custom', message: fault });
    });

/** Of names, such as of the user who does something. */
export const LONGEST_NAME = 200;

/** Of reasons for a decision. */
export const LONGEST_REASON = 2_000;

const nameOf = (character: string): string =>
  `U+${(character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')}`;
