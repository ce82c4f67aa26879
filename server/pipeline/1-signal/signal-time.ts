/** The time in an alert: ISO 8601 or Unix seconds or milliseconds. Pure; judging its age is SQL's. */

const ISO =
  /^(\d{4})-(\d{2})-(\d{2})[T ](\d{2}):(\d{2})(?::(\d{2})(?:[.,](\d{1,9}))?)?\s*(Z|z|UTC|[+-]\d{2}:?\d{2})?$/;
const UNIX = /^\d{9,14}(\.\d{1,9})?$/;
/** 2000-01-01 to 2100-01-01: outside, the number is no time of an alert. */
const EARLIEST_MS = 946_684_800_000;
const LATEST_MS = 4_102_444_800_000;
/** Unix seconds stay below this for the next thousand years, milliseconds are above it since 1970. */
const SECONDS_BELOW = 100_000_000_000;
const MS_PER_MINUTE = 60_000;

function offsetMs(zone: string | undefined): number {
  if (zone === undefined || /^(Z|z|UTC)$/.test(zone)) return 0;
  const digits = zone.replace(':', '');
  const sign = digits.startsWith('-') ? -1 : 1;
  return sign * (Number(digits.slice(1, 3)) * 60 + Number(digits.slice(3, 5))) * MS_PER_MINUTE;
}

function isoMs(match: RegExpExecArray): number | null {
  const [year, month, day, hour, minute, second] = match.slice(1, 7).map((part) => Number(part ?? 0));
  const ms = Number((match[7] ?? '0').padEnd(3, '0').slice(0, 3));
  const utc = Date.UTC(year ?? 0, (month ?? 1) - 1, day, hour, minute, second, ms);
  const date = new Date(utc);
  // Date.UTC rolls 30 February over into March: what does not come back as it went in is no date.
  const same =
    date.getUTCMonth() + 1 === month &&
    date.getUTCDate() === day &&
    date.getUTCHours() === hour &&
    date.getUTCMinutes() === minute;
  return same ? utc - offsetMs(match[8]) : null;
}

/**
 * Milliseconds since 1970, or null when the text is no time. A time without a zone is UTC, which is what
 * TradingView's `{{timenow}}` writes; fractions below a millisecond are dropped.
 */
export function parseSignalTime(text: string): number | null {
  const trimmed = text.trim();
  let ms: number | null = null;
  const iso = ISO.exec(trimmed);
  if (iso) ms = isoMs(iso);
  else if (UNIX.test(trimmed)) {
    const value = Number(trimmed);
    ms = Math.floor(value < SECONDS_BELOW ? value * 1000 : value);
  }
  return ms !== null && ms >= EARLIEST_MS && ms < LATEST_MS ? ms : null;
}
