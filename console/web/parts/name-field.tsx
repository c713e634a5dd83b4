/** The field of the name that stays on record, in a form that does something for good. */
import type { Name } from '../client/name.ts';

export function NameField({ name: [by, setBy, isProved] }: { name: Name }) {
  return (
    <label>
      as{' '}
      <input
        value={by}
        onInput={({ currentTarget }) => setBy(currentTarget.value)}
        size={16}
        readOnly={isProved}
        required
      />
    </label>
  );
}
