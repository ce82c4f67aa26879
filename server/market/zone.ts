/**
 * Local time of an IANA zone to UTC and back, through the runtime's zone database.
 *
 * Entry points: `utcOfLocal`, `localDay`, `offsetAt`. Pure. Invariant: formatters are made once per zone, and
 * offsets are remembered per (zone, UTC day) only for days on which the offset does not change.
 */
const formatters = new Map<string, Intl.DateTimeFormat>();
const dayOffsets = new Map<string, Map<number, number | null>>();
const DAY_MS = 86_400_000;

/** Offset of local time from UTC in ms at the moment `at` (ms): positive east of Greenwich. */
export function offsetAt(zone: string, at: number): number {
  const day = Math.floor(at / DAY_MS);
  let days = dayOffsets.get(zone);
  if (days === undefined) {
    days = new Map();
    dayOffsets.set(zone, days);
  }
  let offset = days.get(day);
  if (offset === undefined) {
    const first = computeOffset(zone, day * DAY_MS);
    offset = first === computeOffset(zone, (day + 1) * DAY_MS - 1000) ? first : null;
    days.set(day, offset);
  }
  return offset ?? computeOffset(zone, at);
}

/** The moment (ms, UTC) at which a zone's clocks show `day` (`YYYY-MM-DD`) and `time` (`HH:MM`). */
export function utcOfLocal(zone: string, day: string, time: string): number {
  const wall = Date.parse(`${day}T${time}:00Z`);
  const guess = wall - offsetAt(zone, wall);
  return wall - offsetAt(zone, guess);
}

/** The zone's own date (`YYYY-MM-DD`) at the moment `at` (ms). */
export function localDay(zone: string, at: number): string {
  return new Date(at + offsetAt(zone, at)).toISOString().slice(0, 10);
}

function computeOffset(zone: string, at: number): number {
  const whole = Math.floor(at / 1000) * 1000;
  const parts: Record<string, number> = {};
  for (const part of formatterOf(zone).formatToParts(whole)) parts[part.type] = Number(part.value);
  const { year = 0, month = 1, day = 1, hour = 0, minute = 0, second = 0 } = parts;
  return Date.UTC(year, month - 1, day, hour, minute, second) - whole;
}

function formatterOf(zone: string): Intl.DateTimeFormat {
  let formatter = formatters.get(zone);
  if (formatter === undefined) {
    formatter = new Intl.DateTimeFormat('en-US', {
      timeZone: zone,
      hourCycle: 'h23',
      year: 'numeric',
      month: 'numeric',
      day: 'numeric',
      hour: 'numeric',
      minute: 'numeric',
      second: 'numeric',
    });
    formatters.set(zone, formatter);
  }
  return formatter;
}
