/** Proves now: how deep, and whether what was proved before is read again. One proof at a time, since each reads much. */
import { useState } from 'preact/hooks';
import { useProving } from '../../client/use-proving.ts';
import { Copy } from '../copy.tsx';
import { Failed } from '../states.tsx';
import { Time } from '../time.tsx';

const DEPTHS = {
  books: 'books: ledger, warehouse, stock, outbox, offsets',
  objects: 'objects: … and the checksum of each object',
  rows: 'rows: … and each row of the lake',
  kafka: 'kafka: … and each record that Kafka holds',
} as const;
type Depth = keyof typeof DEPTHS;

export function ProveNow() {
  const [depth, setDepth] = useState<Depth>('objects');
  const [all, setAll] = useState(false);
  const { proving, error, prove } = useProving();
  // These always read everything.
  const isWhole = depth === 'rows' || depth === 'kafka';
  const { underway = null, failed = null } = proving ?? {};
  const command = `npx tillstream proof --depth ${depth}${all && !isWhole ? ' --all' : ''}`;
  return (
    <form
      class="prove"
      onSubmit={(event) => {
        event.preventDefault();
        if (!underway) void prove({ depth, all: all || isWhole });
      }}
    >
      <label>
        depth{' '}
        <select value={depth} onChange={({ currentTarget }) => setDepth(currentTarget.value as Depth)}>
          {Object.entries(DEPTHS).map(([name, text]) => (
            <option key={name} value={name}>
              {text}
            </option>
          ))}
        </select>
      </label>
      <label>
        <input
          type="checkbox"
          checked={all || isWhole}
          disabled={isWhole}
          onChange={({ currentTarget }) => setAll(currentTarget.checked)}
        />{' '}
        everything, what was proved before too
      </label>
      <p class="acts">
        <button type="submit" class="is-main" aria-disabled={underway !== null}>
          Prove now
        </button>
        <Copy text={command}>Copy as CLI</Copy>
      </p>
      <p role="status" class="muted">
        {underway && (
          <>
            Proving {underway.depth}
            {underway.all ? ', everything' : ''} since <Time at={underway.since} /> UTC …
          </>
        )}
      </p>
      {failed && !underway && (
        <p class="state is-failed" role="alert">
          <span>
            <b>The proof could not be made</b> at <Time at={failed.at} /> UTC: {failed.message}
          </span>
        </p>
      )}
      {error && <Failed error={error} />}
    </form>
  );
}
