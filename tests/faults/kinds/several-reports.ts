import { CannotStrike } from '../cannot-strike.ts';
import { type FaultAnywhere, severalAtOnce } from '../fault.ts';

export const fault: FaultAnywhere = {
  anywhere: true,
  breaks: 'several runs build the report of one day at once',
  async strike({ pool, call }, random) {
    // A day that has a report already: a deployment keeps none of a day for which it made none.
    const { rows } = await pool.query<{ date: string }>(
      'select max(report_date)::text as date from inventory.reports having count(*) > 0',
    );
    const [newest] = rows;
    if (!newest) throw new CannotStrike('No day has a report yet.');
    await severalAtOnce(random, () => call('report-inventory', { action: 'build', date: newest.date }));
  },
};
