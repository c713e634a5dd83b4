/** Times as people read them: UTC everywhere, the local time beside it where there is room. */

/** @returns HH:MM:SS in UTC, or the date too if it isn't of the day of `now` */
export function utcTime(at: Date, now: Date): string {
  const text = at.toISOString();
  const time = text.slice(11, 19);
  return text.slice(0, 10) === now.toISOString().slice(0, 10) ? time : `${text.slice(0, 10)} ${time}`;
}

/** For a tooltip: the whole in UTC, and what the clock on the wall said. */
export function utcAndLocal(at: Date, zone?: string): string {
  const local = new Intl.DateTimeFormat('en-GB', {
    dateStyle: 'medium',
    timeStyle: 'medium',
    ...(zone !== undefined && { timeZone: zone }),
  }).format(at);
  return `${at.toISOString().replace('T', ' ').replace('Z', '')} UTC · ${local} here`;
}

/** @returns such as '3 s', '2 min', '9 h', '4 d': never more precise than anybody needs */
export function duration(seconds: number): string {
  const whole = Math.max(0, Math.floor(seconds));
  if (whole < 100) return `${whole} s`;
  if (whole < 100 * 60) return `${Math.round(whole / 60)} min`;
  if (whole < 48 * 3600) return `${Math.round(whole / 3600)} h`;
  return `${Math.round(whole / 86_400)} d`;
}

/** How long something took: small ones with a decimal. */
export const took = (seconds: number): string => (seconds < 10 ? `${seconds.toFixed(1)} s` : duration(seconds));
