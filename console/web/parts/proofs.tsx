/** The last proofs as a table, with what was off and where. */
import type { ProofNote } from '#operations/proofs.ts';
import { save } from '../client/save.ts';
import { csvOf } from '../view/csv.ts';
import { took } from '../view/time.ts';
import { Copy } from './copy.tsx';
import { Dialog } from './dialog.tsx';
import { Mark } from './mark.tsx';
import { Time } from './time.tsx';

const COMMAND = 'npx tillstream proof';

export function Proofs({ proofs, onClose }: { proofs: readonly ProofNote[]; onClose: () => void }) {
  return (
    <Dialog title="The last proofs" onClose={onClose} wide>
      <p class="muted">
        Depth, checks and time of each, the latest first. On the command line: <code>{COMMAND}</code>{' '}
        <Copy text={COMMAND} />{' '}
        <button type="button" class="small" onClick={() => save('proofs.csv', 'text/csv', csvOf(asRows(proofs)))}>
          CSV
        </button>
      </p>
      <table class="figures">
        <thead>
          <tr>
            <th scope="col">UTC</th>
            <th scope="col">Verdict</th>
            <th scope="col">Checks</th>
            <th scope="col">Depth</th>
            <th scope="col">Took</th>
          </tr>
        </thead>
        <tbody>
          {proofs.toReversed().map((proof) => (
            <tr key={proof.provedAt}>
              <th scope="row">
                <Time at={proof.provedAt} />
              </th>
              <td>
                <Mark state={proof.balanced ? 'fine' : 'wrong'} /> {proof.balanced ? 'balanced' : 'not balanced'}
                <OffChecks proof={proof} />
              </td>
              <td>{proof.checks}</td>
              <td>
                {proof.depth}
                {proof.all ? ', everything' : ''}
              </td>
              <td>{took(proof.seconds)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </Dialog>
  );
}

const asRows = (proofs: readonly ProofNote[]) => [
  ['proved_at', 'balanced', 'checks', 'off', 'depth', 'everything', 'seconds'],
  ...proofs.map(({ provedAt, balanced, checks, off, depth, all, seconds }) => [
    provedAt,
    String(balanced),
    checks,
    off.map(({ name }) => name).join('; '),
    depth,
    String(all),
    seconds,
  ]),
];

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
