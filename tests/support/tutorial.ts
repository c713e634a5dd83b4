/** docs/your-own-shop.md as steps: each command as it stands there, with what the page says that it prints. */
import { readFileSync } from 'node:fs';
import { inRepository } from '#adapters/repository.ts';

export interface Step {
  readonly command: string;
  /** Lines that must be in what it prints, in this order; empty if the page shows none. */
  readonly printed: readonly string[];
}

const escaped = (text: string): string => text.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&');

const BLOCK = /^```(\w+)\n(.*?)^```$/gms;

/** A block of bash is a step; a block of text right behind it is what that prints. */
export function tutorialSteps(text = readFileSync(inRepository('docs/your-own-shop.md'), 'utf8')): readonly Step[] {
  const blocks = [...text.matchAll(BLOCK)].map(({ 0: all, 1: language, 2: body = '', index }) => ({
    ...{ language, lines: body.trimEnd().split('\n') },
    ...{ from: index, to: index + all.length },
  }));
  return blocks.flatMap(({ language, lines, to }, n) => {
    if (language !== 'bash') return [];
    const next = blocks[n + 1];
    const shows = next?.language === 'text' && text.slice(to, next.from).trim() === '';
    return [{ command: lines.join('\n'), printed: shows ? next.lines : [] }];
  });
}

/** @returns the first line that is not in the output behind those before; undefined if all are. `…` stands for anything. */
export function missingLine(printed: readonly string[], output: string): string | undefined {
  const lines = output.split('\n');
  let from = 0;
  for (const wanted of printed) {
    const pattern = new RegExp(`^${wanted.split('…').map(escaped).join('.*')}$`);
    const found = lines.findIndex((line, n) => n >= from && pattern.test(line));
    if (found < 0) return wanted;
    from = found + 1;
  }
  return undefined;
}
