/** Times are UTC. In code, an instant is a bigint of microseconds since 1970-01-01T00:00:00Z, as in Parquet and PostgreSQL. */
import { Unusable } from './dead-letters.ts';

const ISO = /^(\d{4})-(\d\d)-(\d\d)[T ](\d\d):(\d\d)(?::(\d\d)(?:[.,](\d{1,9}))?)?(?:Z|z|([+-])(\d\d)(?::?(\d\d))?)?$/;

/**
 * Reads an ISO 8601 date and time. Without a zone it is UTC, which is what Python's `utcnow().isoformat()` writes;
 * digits past the microsecond are cut off, since neither Parquet's MICROS nor PostgreSQL holds them.
 *
 * @throws Unusable `invalid_timestamp`, also for days that don't exist, such as 2025-02-30; `wrong_type` if not text.
 */
export function parseMicros(value: unknown): bigint {
  if (typeof value !== 'string')
    throw new Unusable('wrong_type', `expected a date and time as text, got ${value === null ? 'null' : typeof value}`);
  const match = ISO.exec(value);
  if (!match) throw invalid(value);
  const [, year, month, day, hour, minute, second = '0', fraction = '', sign, zoneHour = '0', zoneMinute = '0'] = match;
  const midnight = Date.UTC(2000, Number(month) - 1, Number(day));
  const date = new Date(midnight);
  // Date.UTC reads the years 0 to 99 as 1900 to 1999, so the year is set apart.
  date.setUTCFullYear(Number(year), Number(month) - 1, Number(day));
  const exists =
    date.getUTCMonth() === Number(month) - 1 &&
    date.getUTCDate() === Number(day) &&
    Number(year) >= 1 &&
    Number(hour) <= 23 &&
    Number(minute) <= 59 &&
    Number(second) <= 59 &&
    Number(zoneHour) <= 15 &&
    Number(zoneMinute) <= 59;
  if (!exists) throw invalid(value);
  const zone = (sign === '-' ? -1 : 1) * (Number(zoneHour) * 60 + Number(zoneMinute));
  const seconds = date.getTime() / 1000 + Number(hour) * 3600 + (Number(minute) - zone) * 60 + Number(second);
  return BigInt(seconds) * 1_000_000n + BigInt(fraction.padEnd(6, '0').slice(0, 6));
}

/** Microseconds as ISO 8601: "2025-12-11T00:00:01.123456Z". */
export function formatMicros(micros: bigint): string {
  const fraction = ((micros % 1_000_000n) + 1_000_000n) % 1_000_000n;
  const seconds = (micros - fraction) / 1_000_000n;
  const whole = new Date(Number(seconds) * 1000).toISOString().slice(0, -5);
  return `${whole}.${String(fraction).padStart(6, '0')}Z`;
}

function invalid(text: string): Unusable {
  const shown = text.length > 60 ? `${text.slice(0, 60)}…` : text;
  return new Unusable(
    'invalid_timestamp',
    `expected an ISO 8601 date and time such as 2025-12-11T00:00:01Z, got ${JSON.stringify(shown)}`,
  );
}
