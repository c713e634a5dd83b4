/** Instead of runs: this backbone has no Airflow, or none that the page can ask, or it doesn't answer. The other pages don't need it. */
import type { AskError } from '../../client/ask.ts';
import { Failed, Nothing } from '../states.tsx';

export function WithoutAirflow({ error, again }: { error: AskError; again: () => void }) {
  if (error.code === 'airflow_elsewhere')
    return (
      <Nothing>
        <b>{error.message}</b> {error.hint}
      </Nothing>
    );
  if (error.code !== 'no_airflow') return <Failed error={error} again={again} />;
  return (
    <Nothing command="npm start">
      <b>{error.message}</b> Its DAGs load orders, make reports and prove the books. With it runs:
    </Nothing>
  );
}
