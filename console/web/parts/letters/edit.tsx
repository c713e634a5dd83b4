/** Edits a record beside its consumer's own reader, which judges each version, and sends it back: once, for good. */
import { useEffect, useRef, useState } from 'preact/hooks';
import type { Checked } from '#operations/letters/check.ts';
import type { WholeLetter } from '#operations/letters/letter.ts';
import { AskError, ask } from '../../client/ask.ts';
import { useName } from '../../client/name.ts';
import { sendLetter } from '../../client/redrive.ts';
import { indentJson } from '../../view/indent-json.ts';
import { Dialog } from '../dialog.tsx';
import { NameField } from '../name-field.tsx';
import { Failed } from '../states.tsx';
import { Marked } from './record.tsx';

export interface EditProps {
  readonly letter: WholeLetter;
  readonly onSent: () => void;
  readonly onClose: () => void;
}

/** After the last key; a person who types needs no verdict for each letter. */
const CHECK_AFTER_MS = 200;

export function Edit({ letter, onSent, onClose }: EditProps) {
  const was = letter.value && 'text' in letter.value.shown ? letter.value.shown.text : '';
  const [text, setText] = useState(was);
  const byName = useName();
  const [by] = byName;
  const [failure, setFailure] = useState<AskError | null>(null);
  const [isSending, setSending] = useState(false);
  const { checked, problem } = useChecked(letter, text);
  const scrolled = useRef<HTMLPreElement>(null);
  const form = useRef<HTMLFormElement>(null);
  const canBeSent = (value: string, name: string) =>
    checked?.of === value && checked.result.usable && name.trim() !== '' && !isSending;

  // What the fields hold, not what was drawn last: who types fast and presses Ctrl+Enter is ahead of the drawing.
  const send = async () => {
    const name = form.current?.querySelector('input')?.value ?? '';
    const value = form.current?.querySelector('textarea')?.value ?? '';
    if (!canBeSent(value, name)) return;
    setSending(true);
    setFailure(null);
    try {
      await sendLetter(letter.id, { by: name, value: { text: value } });
      onSent();
      onClose();
    } catch (error) {
      if (!(error instanceof AskError)) throw error;
      setFailure(error);
      setSending(false);
      if (error.code === 'sent_before') onSent();
    }
  };
  return (
    <Dialog title={`Send back #${letter.id} to ${letter.topic}`} onClose={onClose} mayClose={!isSending} wide>
      <form
        class="edit"
        ref={form}
        onSubmit={(event) => {
          event.preventDefault();
          void send();
        }}
        onKeyDown={(event) => {
          if (event.key !== 'Enter' || !(event.ctrlKey || event.metaKey)) return;
          event.preventDefault();
          void send();
        }}
      >
        <div class="versions">
          <section aria-label="What came">
            <h3>was</h3>
            {/* biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls, and who has no mouse scrolls it too */}
            <pre tabIndex={0}>
              <Marked text={was} marks={letter.problems} />
            </pre>
          </section>
          <section>
            <h3>
              <label for="becomes">becomes</label>
              <button type="button" class="small" onClick={() => setText(indented(text))}>
                Lay out
              </button>
              <button type="button" class="small" onClick={() => setText(was)}>
                As it was
              </button>
            </h3>
            <div class="editor">
              <pre aria-hidden="true" ref={scrolled}>
                <Marked text={text} marks={checked?.of === text ? checked.result.problems : []} />{' '}
              </pre>
              <textarea
                id="becomes"
                spellcheck={false}
                value={text}
                onInput={({ currentTarget }) => setText(currentTarget.value)}
                onScroll={({ currentTarget }) => {
                  if (scrolled.current) scrolled.current.scrollTop = currentTarget.scrollTop;
                }}
              />
            </div>
          </section>
        </div>
        {!problem && <Verdict checked={checked?.of === text ? checked.result : null} />}
        {problem && <Failed error={problem.error} again={problem.again} />}
        {failure && <Failed error={failure} />}
        <p class="acts">
          <NameField name={byName} />
          <span class="muted grow">It goes with its key, once and for good; who sent it stays on record.</span>
          <button type="button" onClick={onClose}>
            Cancel
          </button>
          <button type="submit" class="is-main" disabled={!canBeSent(text, by)}>
            Send back <kbd>Ctrl Enter</kbd>
          </button>
        </p>
      </form>
    </Dialog>
  );
}

const indented = (text: string): string => {
  try {
    JSON.parse(text);
    return indentJson(text, []).text;
  } catch {
    return text;
  }
};

/** What the consumer says of a text; of an earlier one while it is being asked. */
function useChecked({ topic, key }: WholeLetter, text: string) {
  const [checked, setChecked] = useState<{ of: string; result: Checked } | null>(null);
  const [error, setError] = useState<AskError | null>(null);
  const [times, setTimes] = useState(0);
  useEffect(() => {
    const over = new AbortController();
    const check = async () => {
      try {
        const body = { topic, value: { text }, key };
        const { data } = await ask<Checked>('/api/check', { body, signal: over.signal });
        setChecked({ of: text, result: data });
        setError(null);
      } catch (error) {
        if (over.signal.aborted) return;
        if (!(error instanceof AskError)) throw error;
        setError(error);
      }
    };
    const timer = setTimeout(check, CHECK_AFTER_MS);
    return () => {
      clearTimeout(timer);
      over.abort();
    };
  }, [topic, text, times]);
  return { checked, problem: error && { error, again: () => setTimes((before) => before + 1) } };
}

function Verdict({ checked }: { checked: Checked | null }) {
  return (
    <div role="status">
      <ul class="verdict" aria-label="What its consumer says">
        {!checked && <li class="muted">… asking its consumer</li>}
        {checked?.usable && (
          <li class="is-fine">
            <b>✓</b> {checked.consumer} would take it
          </li>
        )}
        {checked?.problems.map(({ path, message }, at) => (
          <li class="is-wrong" key={at}>
            <b>✗</b> {path.length > 0 && <code>{path.join('.')}</code>} {message}
          </li>
        ))}
        {checked?.confirmed.map((each) => (
          <li class="is-fine" key={each}>
            <b>✓</b> {each}
          </li>
        ))}
        {checked?.warnings.map((each) => (
          <li class="is-look" key={each}>
            <b>!</b> {each}
          </li>
        ))}
      </ul>
    </div>
  );
}
