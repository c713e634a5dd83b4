/** A record's value: as JSON over lines, as the text that came, or in bytes, with what is wrong in it marked. */
import { useState } from 'preact/hooks';
import type { Range } from '#domain/json-places.ts';
import type { WholeLetter } from '#operations/letters/letter.ts';
import { bytesOf, hexDump } from '../../view/hex.ts';
import { indentJson } from '../../view/indent-json.ts';
import { piecesOf } from '../../view/marked.ts';
import { some } from '../../view/numbers.ts';

const views = ['JSON', 'text', 'hex', 'headers'] as const;
type View = (typeof views)[number];

export function RecordValue({ letter }: { letter: WholeLetter }) {
  const { value, headers, problems } = letter;
  const text = value && 'text' in value.shown ? value.shown.text : null;
  const [chosen, choose] = useState<View>('JSON');
  const isJson = text !== null && !value?.cut && canBeRead(text);
  const there = views.filter((view) => (view === 'JSON' ? isJson : view === 'text' ? text !== null : true));
  const view = there.includes(chosen) ? chosen : (there[0] ?? 'headers');
  const laidOut = view === 'JSON' && text !== null ? indentJson(text, problems) : { text: text ?? '', marks: problems };
  return (
    <section class="record" aria-label="Record">
      <fieldset class="views" aria-label="Show the record as">
        {there.map((each) => (
          <button type="button" class="small" key={each} aria-pressed={each === view} onClick={() => choose(each)}>
            {each}
          </button>
        ))}
        {value && <span class="muted">{some(value.length, 'bytes')}</span>}
      </fieldset>
      {value?.cut && view !== 'headers' && (
        <p class="state is-old">
          Only its beginning. <code>npx tillstream dead-letters value {letter.id}</code> writes all of it.
        </p>
      )}
      {view === 'headers' ? (
        <Headers letter={letter} />
      ) : value === null ? (
        <p class="muted">The record has no value{letter.reason === 'too_large' ? ' here: Kafka has it' : ''}.</p>
      ) : (
        // biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls, and who has no mouse scrolls it too
        <pre tabIndex={0}>
          {view === 'hex' ? hexDump(bytesOf(value.shown), undefined, value.length) : <Marked {...laidOut} />}
        </pre>
      )}
      {headers.length > 0 && view !== 'headers' && <p class="muted">{some(headers.length, 'headers')}</p>}
    </section>
  );
}

export function Marked({ text, marks }: { text: string; marks: readonly Range[] }) {
  return <>{piecesOf(text, marks).map(({ text, marked }, at) => (marked ? <mark key={at}>{text}</mark> : text))}</>;
}

function Headers({ letter: { key, headers } }: { letter: WholeLetter }) {
  return (
    <dl class="headers">
      <dt>key</dt>
      <dd>{key === null ? 'none' : <code>{sayBytes(key)}</code>}</dd>
      {headers.map(({ name, value }, at) => (
        <>
          <dt key={`name ${at}`}>{name}</dt>
          <dd key={at}>
            <code>{sayBytes(value)}</code>
          </dd>
        </>
      ))}
    </dl>
  );
}

export const sayBytes = (bytes: { text: string } | { base64: string }): string =>
  'text' in bytes ? bytes.text : `base64:${bytes.base64}`;

function canBeRead(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}
