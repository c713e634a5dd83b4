/** One object of the lake: is it what the ledger says? And its bytes, for who wants them. */
import { useState } from 'preact/hooks';
import type { VerifiedObject } from '#operations/lake/object.ts';
import { AskError, ask, broken, request } from '../../client/ask.ts';
import { save } from '../../client/save.ts';
import { count, size } from '../../view/numbers.ts';
import { asOption } from '../../view/shell.ts';
import { took } from '../../view/time.ts';
import { Copy } from '../copy.tsx';
import { Mark } from '../mark.tsx';
import { Failed } from '../states.tsx';

export function OneObject({ zone, object }: { zone: string; object: string }) {
  const [verified, setVerified] = useState<VerifiedObject | null>(null);
  const [error, setError] = useState<AskError | null>(null);
  const [doing, setDoing] = useState('');
  const name = object.split('/').at(-1) ?? object;
  const attempt = (what: string, work: () => Promise<void>) => async () => {
    if (doing !== '') return;
    setDoing(what);
    setError(null);
    try {
      await work();
    } catch (thrown) {
      if (!(thrown instanceof AskError)) throw thrown;
      setError(thrown);
    } finally {
      setDoing('');
    }
  };
  const verify = attempt('Reading it …', async () => {
    setVerified(null);
    setVerified((await ask<VerifiedObject>('/api/lake/verify', { body: { key: object } })).data);
  });
  const download = attempt('Fetching it …', async () => {
    const response = await request(`/api/lake/${zone}/object?key=${encodeURIComponent(object)}`);
    const bytes = await response.arrayBuffer().catch((cause: unknown) => Promise.reject(broken(cause)));
    save(name, 'application/octet-stream', bytes);
  });
  return (
    <section class="card" aria-label="Object">
      <header>
        <h2 class="object-name">{name}</h2>
      </header>
      <p class="acts">
        <button type="button" aria-disabled={doing !== ''} onClick={verify}>
          Verify
        </button>
        <button type="button" aria-disabled={doing !== ''} onClick={download}>
          Download
        </button>
        <Copy text={object}>Copy its key</Copy>
        <Copy text={`npx tillstream lake ${asOption('verify', object)}`}>Copy as CLI</Copy>
        <span role="status">{doing}</span>
      </p>
      {error && <Failed error={error} />}
      {verified && <Verdict verified={verified} />}
    </section>
  );
}

function Verdict({ verified: { same, fault, rows, bytes, sha256, seconds } }: { verified: VerifiedObject }) {
  return (
    <div role="status">
      <p>
        <Mark state={same ? 'fine' : 'wrong'} />{' '}
        {same ? `It is as the ledger has it: read and hashed in ${took(seconds)}.` : `It ${fault}.`}
      </p>
      <dl class="facts">
        <dt>rows, by the ledger</dt>
        <dd>{count(rows)}</dd>
        <dt>size, by the ledger</dt>
        <dd>
          {size(bytes)} ({count(bytes)} bytes)
        </dd>
        <dt>SHA-256, by the ledger</dt>
        <dd>
          <code>{sha256}</code>
        </dd>
      </dl>
    </div>
  );
}
