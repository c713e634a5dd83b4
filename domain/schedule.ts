/** How often a DAG runs, by its schedule: a preset of Airflow or a cron expression. Pure. */

const presets: Readonly<Record<string, string>> = {
  '@hourly': '0 * * * *',
  '@daily': '0 0 * * *',
  '@weekly': '0 0 * * 0',
  '@monthly': '0 0 1 * *',
};

const DAY_MINUTES = 1_440;
/** Two years: the longest gap may be the one from a year's last run to the first of the next. */
const LOOK_AT_DAYS = 2 * 366;
/** Of schedules that run less often, or have fields that this does not read, such as MON: nothing is ever late. */
export const YEAR_MINUTES = 366 * DAY_MINUTES;

/** The longest time between two runs. */
export function longestGapMinutes(schedule: string): number {
  const fields = (presets[schedule] ?? schedule).trim().split(/\s+/);
  const [minute, hour, day, month, weekday, ...more] = fields.map(matcher);
  if (!minute || !hour || !day || !month || !weekday || more.length > 0) return YEAR_MINUTES;
  // Cron's rule: if both day and weekday are restricted, either will do.
  const isDay = (date: Date) => day(date.getUTCDate());
  // Cron has two numbers for Sunday.
  const isWeekday = (date: Date) => weekday(date.getUTCDay()) || (date.getUTCDay() === 0 && weekday(7));
  const either = !fields[2]?.startsWith('*') && !fields[4]?.startsWith('*');
  const isDate = (date: Date) => (either ? isDay(date) || isWeekday(date) : isDay(date) && isWeekday(date));

  const times = numbersTo(DAY_MINUTES).filter((at) => minute(at % 60) && hour(Math.floor(at / 60)));
  const days = numbersTo(LOOK_AT_DAYS).filter((at) => {
    const date = new Date(at * DAY_MINUTES * 60_000);
    return month(date.getUTCMonth() + 1) && isDate(date);
  });
  const runs = days.flatMap((at) => times.map((time) => at * DAY_MINUTES + time));
  const gaps = runs.slice(1).map((at, index) => at - (runs[index] as number));
  return gaps.reduce((longest, gap) => Math.max(longest, gap), 0) || YEAR_MINUTES;
}

const numbersTo = (end: number): number[] => Array.from({ length: end }, (_, number) => number);

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

/** Minute, hour, day, month, weekday: the numbers that each may have. */
const FIELDS = [
  [0, 59],
  [0, 23],
  [1, 31],
  [1, 12],
  [0, 7],
] as const;
const NAMES = /\b(?:JAN|FEB|MAR|APR|MAY|JUN|JUL|AUG|SEP|OCT|NOV|DEC|MON|TUE|WED|THU|FRI|SAT|SUN)\b/gi;
const PART = /^(?:\*|(\d+)(?:-(\d+))?)(?:\/([1-9]\d*))?$/;

/** Whether Airflow can run a DAG by it: it refuses the whole file of a DAG whose schedule it can't read. */
export function isSchedule(text: string): boolean {
  if (text === '@yearly' || Object.hasOwn(presets, text)) return true;
  const fields = text.split(' ');
  return fields.length === FIELDS.length && FIELDS.every((range, at) => isField(fields[at] ?? '', range, at));
}

function isField(field: string, [least, most]: readonly [number, number], at: number): boolean {
  // Only months and weekdays have names.
  const numbers = at < 3 ? field : field.replaceAll(NAMES, String(least));
  return numbers.split(',').every((part) => {
    const found = PART.exec(part);
    if (!found) return false;
    const [from, to] = [found[1], found[2]].map((number) => (number === undefined ? undefined : Number(number)));
    const isIn = (number: number | undefined) => number === undefined || (number >= least && number <= most);
    return isIn(from) && isIn(to) && (to === undefined || (from ?? 0) <= to || numbers !== field);
  });
}
