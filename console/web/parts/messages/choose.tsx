/** What to look at: topic, where to begin, partition, filter. */
import { useEffect, useState } from 'preact/hooks';
import type { Look } from '../../view/messages.ts';

export interface ChooseProps {
  readonly look: Look;
  readonly topics: readonly string[];
  readonly onLook: (look: Look) => void;
}

export function Choose({ look, topics, onLook }: ChooseProps) {
  const [draft, setDraft] = useState(look);
  useEffect(() => setDraft(look), [look.topic, look.from, look.partition, look.filter]);
  const submit = (event: Event) => {
    event.preventDefault();
    onLook({ ...draft, after: '' });
  };
  const begin = ['newest', 'oldest', 'live'].includes(draft.from) ? draft.from : 'at';
  return (
    <form class="choose" onSubmit={submit}>
      <label>
        <span>Topic</span>
        <select
          value={draft.topic}
          onChange={({ currentTarget }) => onLook({ ...draft, topic: currentTarget.value, partition: '', after: '' })}
        >
          {topics.map((topic) => (
            <option key={topic} value={topic}>
              {topic}
            </option>
          ))}
        </select>
      </label>
      <label>
        <span>From</span>
        <select
          value={begin}
          onChange={({ currentTarget: { value } }) => {
            const next = { ...draft, from: value === 'at' ? '' : value, after: '' };
            // An offset or a time is yet to be written.
            return value === 'at' ? setDraft(next) : onLook(next);
          }}
        >
          <option value="newest">newest</option>
          <option value="oldest">oldest</option>
          <option value="live">live: what comes</option>
          <option value="at">offset or time</option>
        </select>
      </label>
      {begin === 'at' && (
        <label>
          <span>Offset or time (UTC)</span>
          <input
            value={draft.from}
            placeholder="10734 or 2026-11-30T09:38"
            size={22}
            required
            onInput={({ currentTarget }) => setDraft({ ...draft, from: currentTarget.value.trim() })}
          />
        </label>
      )}
      <label>
        <span>Partition</span>
        <input
          value={draft.partition}
          placeholder="all"
          inputMode="numeric"
          pattern="\d*"
          size={4}
          onInput={({ currentTarget }) => setDraft({ ...draft, partition: currentTarget.value.trim() })}
        />
      </label>
      <label class="grow">
        <span>Filter</span>
        <input
          data-find
          value={draft.filter}
          placeholder={'country=DE amount>100 "free text"'}
          title="Terms that all must be met: a text of the value or key, or a field, = != < <= > >= ~ (contains) or !~, and a value. Also @key, @time, @partition, @offset, @header.NAME."
          onInput={({ currentTarget }) => setDraft({ ...draft, filter: currentTarget.value })}
        />
      </label>
      <button type="submit">Look</button>
    </form>
  );
}
