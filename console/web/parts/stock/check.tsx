/** Whether every product's stock is what the log of movements says. */
import type { CheckedStock } from '#console/api.ts';
import { ask } from '../../client/ask.ts';
import { live } from '../../client/live-store.ts';
import { usePicked } from '../../client/store.ts';
import { useAct } from '../../client/use-act.ts';
import { count, some } from '../../view/numbers.ts';
import { linkTo } from '../../view/route.ts';
import { Copy } from '../copy.tsx';
import { Mark } from '../mark.tsx';
import { Failed } from '../states.tsx';

const CORRECT = 'npx tillstream replay inventory';

export function CheckStock() {
  const mayAct = usePicked(live, ({ session }) => session?.may.includes('act') ?? false);
  const check = useAct(async () => (await ask<CheckedStock>('/api/stock-check', { body: {} })).data);
  if (!mayAct) return null;
  return (
    <div>
      <button
        type="button"
        class="small"
        aria-disabled={check.isUnderWay}
        title="npx tillstream replay inventory --dry-run"
        onClick={check.start}
      >
        {check.isUnderWay ? 'Adding up …' : 'Check against the log'}
      </button>{' '}
      <span class="muted">It changes nothing; movements wait until it has ended.</span>
      {check.error && <Failed error={check.error} />}
      <div role="status">{check.result && <Checked found={check.result} />}</div>
    </div>
  );
}

function Checked({ found: { products, events, differing, differences } }: { found: CheckedStock }) {
  if (differing === 0)
    return (
      <p>
        <Mark state="fine" /> All {some(products, 'products')} are what {some(events, 'movements')} give.
      </p>
    );
  return (
    <>
      <p>
        <Mark state="wrong" />{' '}
        <b>
          {count(differing)} of {some(products, 'products')} differ from the log.
        </b>{' '}
        <code>{CORRECT}</code> corrects them. <Copy text={CORRECT} />
      </p>
      <ul>
        {differences.map(({ product_id, quantity_on_hand, according_to_log }) => (
          <li key={product_id}>
            <a href={linkTo('stock', [product_id])}>{product_id}</a>: {count(quantity_on_hand)} on hand,{' '}
            {count(according_to_log)} by the log
          </li>
        ))}
      </ul>
    </>
  );
}
