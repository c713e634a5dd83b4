/** A record's fate in words, as the command line and the page say it. Pure. */
import type { Fate, Step, Where } from './fate.ts';

/** A part of the way, with how it stands: `fine` is there, `waits` is to come, `wrong` wants a person, `same` changed nothing. */
export interface Word {
  readonly mark: 'fine' | 'waits' | 'wrong' | 'same' | 'nothing';
  readonly text: string;
  /** What it is about, if that can be looked at. */
  readonly record?: Where;
  readonly letter?: number;
}

/** The signs that go with the words: nobody has to tell colors apart. */
export const signs = { fine: '●', waits: '○', wrong: '✗', same: '◇', nothing: '·' } as const satisfies Record<
  Word['mark'],
  string
>;

/**
 * @param at where the record is
 * @param timestamp Kafka's, ISO 8601, from which times are counted; null if it has none
 * @returns in the order of its way
 */
export function wordsOf(fate: Fate, { topic }: Pick<Where, 'topic'>, timestamp: string | null): Word[] {
  const way = fate.way.map((step): Word => ({ mark: step.done ? 'fine' : 'waits', text: stepWords(step, timestamp) }));
  return [...way, ...lastWord(fate, topic)];
}

/** "● lake 3.1 s → ○ warehouse" */
export const inOneText = (words: readonly Word[]): string =>
  words.map(({ mark, text }) => `${signs[mark]} ${text}`).join(' → ');

/** What its places don't say. */
function lastWord(fate: Fate, topic: string): Word[] {
  const { state, letter, first, behind } = fate;
  switch (state) {
    case 'effect':
      return [];
    case 'repeat': {
      const of = first && `${first.topic === topic ? '' : `${first.topic} `}${first.partition}/${first.offset}`;
      return [{ mark: 'same', text: of ? `repeat of ${of}` : 'repeat', ...(first && { record: first }) }];
    }
    case 'rejected': {
      if (!letter) return [{ mark: 'wrong', text: 'dead letter' }];
      const sent: Word[] =
        letter.redrivenAt === null ? [] : [{ mark: 'fine', text: `sent back by ${letter.redrivenBy}` }];
      return [{ mark: 'wrong', text: `dead letter #${letter.id} ${letter.reason}`, letter: letter.id }, ...sent];
    }
    case 'published':
      return letter
        ? [{ mark: 'fine', text: `tells of dead letter #${letter.id} ${letter.reason}`, letter: letter.id }]
        : [{ mark: 'fine', text: 'published' }];
    case 'waiting':
      return [
        { mark: 'waits', text: `waits in Kafka${behind === undefined ? '' : ` (lag ${behind.toLocaleString('en')})`}` },
      ];
    case 'lost':
      return [{ mark: 'wrong', text: 'lost: retention removed it before it was consumed' }];
    case 'gap':
      return [{ mark: 'nothing', text: 'no record: a marker of a transaction, or removed by compaction' }];
    case 'uncertain':
      return [{ mark: 'nothing', text: 'a repeat, or no record: Kafka no longer has it' }];
    case 'before':
      return [{ mark: 'nothing', text: 'from before the ledger begins' }];
    case 'ahead':
      return [{ mark: 'nothing', text: 'not there yet' }];
  }
}

function stepWords({ place, at }: Step, timestamp: string | null): string {
  const after = at === null || timestamp === null ? null : (Date.parse(at) - Date.parse(timestamp)) / 1000;
  return after === null || after < 0 ? place : `${place} ${inSeconds(after)}`;
}

/** 3.1 → "3.1 s", 124 → "2 min 04 s", 3,900 → "1 h 05 min", 200,000 → "2 d 7 h" */
export function inSeconds(seconds: number): string {
  if (seconds < 9.95) return `${seconds.toFixed(1)} s`;
  const whole = Math.round(seconds);
  if (whole < 60) return `${whole} s`;
  const two = (number: number) => String(number).padStart(2, '0');
  if (whole < 3_600) return `${Math.floor(whole / 60)} min ${two(whole % 60)} s`;
  const minutes = Math.floor(whole / 60);
  if (minutes < 1_440) return `${Math.floor(minutes / 60)} h ${two(minutes % 60)} min`;
  return `${Math.floor(minutes / 1_440)} d ${Math.floor((minutes % 1_440) / 60)} h`;
}
