/** The last proofs as a table, with what was off and where. */
import type { ProofNote } from '#operations/proofs.ts';
import { took } from '../view/time.ts';
import { Copy } from './copy.tsx';
import { Dialog } from './dialog.tsx';
import { Mark } from './mark.tsx';
import { Table } from './table.tsx';
import { Time } from './time.tsx';

const COMMAND = 'npx tillstream proof';

export function Proofs({ proofs, onClose }: { proofs: readonly ProofNote[]; onClose: () => void }) {
  return (
    <Dialog title="The last proofs" onClose={onClose} wide>
      <p class="muted">
        Depth, checks and time of each, the latest first. On the command line: <code>{COMMAND}</code>{' '}
        <Copy text={COMMAND} />
      </p>
      <Table
        label="proofs"
        rows={proofs.toReversed()}
        keyOf={({ provedAt }) => provedAt}
        columns={[
          {
            ...{ name: 'UTC', isHead: true },
            show: ({ provedAt }) => <Time at={provedAt} />,
            csv: ({ provedAt }) => provedAt,
          },
          {
            name: 'Verdict',
            show: (proof) => (
              <>
                <Mark state={proof.balanced ? 'fine' : 'wrong'} /> {proof.balanced ? 'balanced' : 'not balanced'}
                <OffChecks proof={proof} />
              </>
            ),
            csv: ({ balanced, off }) => (balanced ? 'balanced' : off.map(({ name }) => name).join('; ')),
          },
          { name: 'Checks', show: ({ checks }) => checks, csv: ({ checks }) => checks, isNumber: true },
          { name: 'Depth', show: depthOf, csv: depthOf },
          { name: 'Took', show: ({ seconds }) => took(seconds), csv: ({ seconds }) => seconds, isNumber: true },
        ]}
      />
    </Dialog>
  );
}

const depthOf = ({ depth, all }: ProofNote): string => (all ? `${depth}, everything` : depth);

function OffChecks({ proof }: { proof: ProofNote }) {
  if (proof.off.length === 0) return null;
  return (
    <ul class="off-checks">
      {proof.off.map(({ name, expected, actual, where }) => (
        <li key={name}>
          {name}: expected {expected}, got {actual}
          {where.length > 0 && <span class="muted"> · {where.join(', ')}</span>}
        </li>
      ))}
    </ul>
  );
}
