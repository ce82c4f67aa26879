/** Timeframes as senders write them, in one spelling. Pure. */

const MINUTES_PER_HOUR = 60;
const MINUTES_PER_DAY = 1440;
const PATTERN =
  /^(\d{1,4})?\s*(S|s|sec|m|min|mins|minute|minutes|H|h|hr|hour|hours|D|d|day|days|W|w|week|weeks|M|mo|month|months)?$/;

const UNITS: Record<string, string> = {
  S: 's',
  sec: 's',
  min: 'm',
  mins: 'm',
  minute: 'm',
  minutes: 'm',
  H: 'h',
  hr: 'h',
  hour: 'h',
  hours: 'h',
  D: 'd',
  day: 'd',
  days: 'd',
  W: 'w',
  week: 'w',
  weeks: 'w',
  M: 'mo',
  month: 'mo',
  months: 'mo',
};

function minutes(count: number): string {
  if (count % MINUTES_PER_DAY === 0) return `${count / MINUTES_PER_DAY}d`;
  if (count % MINUTES_PER_HOUR === 0) return `${count / MINUTES_PER_HOUR}h`;
  return `${count}m`;
}

/**
 * `"5"` → `5m`, `"60"` → `1h`, `"240"` → `4h`, `"D"` → `1d`, `"W"` → `1w`, `"1M"` → `1mo`, `"30S"` → `30s`.
 * A bare number counts minutes, as TradingView's `{{interval}}` does; `M` alone is months, `m` minutes.
 * Null when it is no timeframe.
 */
export function normaliseTimeframe(text: string): string | null {
  const match = PATTERN.exec(text.trim());
  if (!match || (match[1] === undefined && match[2] === undefined)) return null;
  const count = match[1] === undefined ? 1 : Number(match[1]);
  if (count < 1) return null;
  const given = match[2] ?? 'm';
  const unit = UNITS[given] ?? given;
  if (match[1] === undefined && (unit === 'm' || unit === 's' || unit === 'h')) return null;
  if (unit === 'm') return minutes(count);
  if (unit === 'h') return minutes(count * MINUTES_PER_HOUR);
  return `${count}${unit}`;
}
