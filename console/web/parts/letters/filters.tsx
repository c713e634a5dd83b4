/** Which letters: reason, topic, state, time and text. */
import type { LetterCounts } from '#operations/letters/counts.ts';
import { type Filter, stateNames } from '../../view/letters.ts';
import { count } from '../../view/numbers.ts';

export interface FiltersProps {
  readonly filter: Filter;
  readonly topics: readonly string[];
  readonly reasons: LetterCounts['reasons'];
  readonly onChange: (change: Filter) => void;
}

export function Filters({ filter, topics, reasons, onChange }: FiltersProps) {
  return (
    <form class="filters" onSubmit={(event) => event.preventDefault()}>
      <label>
        reason{' '}
        <select value={filter.reason ?? ''} onChange={({ currentTarget }) => onChange({ reason: currentTarget.value })}>
          <option value="">all</option>
          {reasons.map(({ reason, letters }) => (
            <option key={reason} value={reason}>
              {reason} ({count(letters)})
            </option>
          ))}
        </select>
      </label>
      <label>
        topic{' '}
        <select value={filter.topic ?? ''} onChange={({ currentTarget }) => onChange({ topic: currentTarget.value })}>
          <option value="">all</option>
          {topics.map((topic) => (
            <option key={topic}>{topic}</option>
          ))}
        </select>
      </label>
      <label>
        state{' '}
        <select value={filter.state ?? ''} onChange={({ currentTarget }) => onChange({ state: currentTarget.value })}>
          <option value="">all</option>
          {Object.entries(stateNames).map(([state, name]) => (
            <option key={state} value={state}>
              {name}
            </option>
          ))}
        </select>
      </label>
      <label>
        text{' '}
        <input
          data-find
          type="search"
          placeholder="in message, key or value"
          value={filter.text ?? ''}
          onChange={({ currentTarget }) => onChange({ text: currentTarget.value })}
        />
      </label>
      {(filter.since || filter.until) && (
        <button type="button" class="small" onClick={() => onChange({ since: '', until: '' })}>
          {(filter.since ?? '').slice(0, 16).replace('T', ' ')} – {(filter.until ?? 'now').slice(11, 16)} UTC ✕
        </button>
      )}
    </form>
  );
}
