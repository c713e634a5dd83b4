/** The checks of a proof: which stream each is of, those that are off first, and where a place leads. */
import type { CheckNote, WholeProof } from '#operations/proofs.ts';
import { linkTo } from './route.ts';

export interface ShownCheck extends CheckNote {
  /** A topic, or a place of the backbone such as `gold`; empty if it is of all. */
  readonly of: string;
  readonly name: string;
  readonly balanced: boolean;
}

/** Those that are off first; else as the proof has them, stream by stream. */
export function checksOf({ every, off }: Pick<WholeProof, 'every' | 'off'>): readonly ShownCheck[] {
  // More may be off than the proof keeps of all.
  const known = every ?? [];
  const more = off.filter(({ name }) => !known.some((each) => each.name === name));
  const shown = [...known, ...more].map((check) => ({
    ...split(check),
    // Long texts are cut, so two that differ may look the same; of a proof of before this was kept, they say it.
    balanced: check.balanced ?? (check.expected === check.actual && check.where.length === 0),
  }));
  return [...shown.filter(({ balanced }) => !balanced), ...shown.filter(({ balanced }) => balanced)];
}

function split(check: CheckNote): CheckNote & { readonly of: string } {
  const [, of = '', name = check.name] = /^(\w+): (.*)$/s.exec(check.name) ?? [];
  return { ...check, of, name };
}

const PLACES: readonly (readonly [RegExp, page: string, link: (...found: string[]) => string])[] = [
  [
    /^([\w.-]+) partition (\d+) offset (\d+)\b/,
    'messages',
    (topic = '', partition = '', offset = '') => linkTo('messages', [topic, partition, offset]),
  ],
  [
    /^([\w.-]+) partition (\d+) offsets (\d+)-\d+/,
    'messages',
    (topic = '', partition = '', from = '') => linkTo('messages', [topic], { from, partition }),
  ],
  [/^([\w.-]+) partition \d+\b/, 'streams', (topic = '') => linkTo('streams', [topic])],
  [/^product ([^\s:]+)/, 'stock', (product = '') => linkTo('stock', [product])],
  [/^(\w+) (?:failed|has no next run)$/, 'runs', (dag = '') => linkTo('runs', [dag])],
];

export interface PlacePart {
  readonly text: string;
  readonly link?: string;
}

/** A place as a link and what is said of it. @param exists whether there is such a page, for who looks */
export function placeOf(where: string, exists: (page: string) => boolean): readonly PlacePart[] {
  for (const [pattern, page, link] of PLACES) {
    const found = pattern.exec(where);
    if (!found || !exists(page)) continue;
    const [text, ...groups] = found;
    return [{ text, link: link(...groups) }, { text: where.slice(text.length) }];
  }
  return [{ text: where }];
}
