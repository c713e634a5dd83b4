/** How often a DAG runs, by its schedule: a preset of Airflow or a cron expression. Pure. */

const presets: Readonly<Record<string, string>> = {
  '@hourly': '0 * * * *',
  '@daily': '0 0 * * *',
  '@weekly': '0 0 * * 0',
};

const LOOK_AT_MINUTES = 15 * 1_440;
/** Of schedules that are rarer than weekly, or of fields that this does not read, such as MON: nothing is ever late. */
export const YEAR_MINUTES = 366 * 1_440;

/** The longest time between two runs. */
export function longestGapMinutes(schedule: string): number {
  const fields = (presets[schedule] ?? schedule).trim().split(/\s+/);
  const [minute, hour, day, month, weekday, ...more] = fields.map(matcher);
  if (!minute || !hour || !day || !month || !weekday || more.length > 0) return YEAR_MINUTES;
  // Cron's rule: if both day and weekday are restricted, either will do.
  const isDay = (time: Date) => day(time.getUTCDate());
  const isWeekday = (time: Date) => weekday(time.getUTCDay());
  const either = !fields[2]?.startsWith('*') && !fields[4]?.startsWith('*');
  const isDate = (time: Date) => (either ? isDay(time) || isWeekday(time) : isDay(time) && isWeekday(time));

  const runs: number[] = [];
  for (let at = 0; at < LOOK_AT_MINUTES; at++) {
    const time = new Date(at * 60_000);
    if (minute(time.getUTCMinutes()) && hour(time.getUTCHours()) && month(time.getUTCMonth() + 1) && isDate(time))
      runs.push(at);
  }
  const gaps = runs.slice(1).map((at, index) => at - (runs[index] as number));
  return gaps.length > 0 ? Math.max(...gaps) : YEAR_MINUTES;
}

/** @returns undefined if a part is neither `*`, a number, a range, nor one of these with a step */
function matcher(field: string): ((value: number) => boolean) | undefined {
  const parts = field.split(',').map((part) => part.match(/^(?:\*|(\d+)(-(\d+))?)(?:\/(\d+))?$/));
  if (parts.includes(null)) return undefined;
  const ranges = parts.map((part) => {
    const [, first, range, last, step] = part as RegExpMatchArray;
    const from = Number(first ?? 0);
    const to = range ? Number(last) : first && !step ? from : 59;
    return { from, to, step: Number(step ?? 1) };
  });
  return (value) => ranges.some(({ from, to, step }) => value >= from && value <= to && (value - from) % step === 0);
}
