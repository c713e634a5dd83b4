/** What became of a record, in words and signs: each place, and what it leads to. */
import type { Fate } from '#operations/records/fate.ts';
import { signs, type Word, wordsOf } from '#operations/records/fate-words.ts';
import { UNKNOWN } from '../../view/numbers.ts';
import { linkTo } from '../../view/route.ts';

export interface FateProps {
  readonly fate: Fate | null;
  readonly topic: string;
  readonly timestamp: string | null;
  readonly exists: (path: string) => boolean;
}

export function FateWords({ fate, topic, timestamp, exists }: FateProps) {
  if (!fate) return <span class="muted">{UNKNOWN}</span>;
  return (
    <span class="fate">
      {wordsOf(fate, { topic }, timestamp).map((word, index) => (
        <span class={`word is-${word.mark}`} key={word.text}>
          {index > 0 && <span class="muted"> → </span>}
          <span aria-hidden="true">{signs[word.mark]} </span>
          {word.mark === 'waits' && fate.state !== 'waiting' && <span class="for-readers">not yet: </span>}
          <Said word={word} exists={exists} />
        </span>
      ))}
    </span>
  );
}

export function Said({ word: { text, record, letter }, exists }: { word: Word; exists: FateProps['exists'] }) {
  if (letter !== undefined && exists('dead-letters')) return <a href={linkTo('dead-letters', [letter])}>{text}</a>;
  if (record) return <a href={linkTo('messages', [record.topic, record.partition, record.offset])}>{text}</a>;
  return <>{text}</>;
}
