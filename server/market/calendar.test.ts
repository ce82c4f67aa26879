import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import {
  CRYPTO,
  calendarEnd,
  calendarState,
  isOpen,
  nextSession,
  sessionAt,
  sessionOfDay,
  sessionsOf,
  tradingDay,
} from './calendar.ts';
import { marketDayRows } from './calendar-rows.ts';

const SHARED = process.env.LOCKSTEP_SHARED ?? '../shared';
const at = (iso: string): number => Date.parse(iso);

interface Row {
  day: string;
  opensAt: number;
  closesAt: number;
}

function table(file: string): Row[] {
  const lines = readFileSync(join(SHARED, 'specs/calendars', file), 'utf8')
    .trim()
    .split('\n')
    .slice(1);
  return lines.map((line) => {
    const [day = '', opens = '', closes = ''] = line.split(',');
    return { day: day.slice(0, 10), opensAt: at(opens), closesAt: at(closes) };
  });
}

function ours(market: string, rows: Row[]): Row[] {
  const first = rows[0]?.day ?? '';
  const last = rows.at(-1)?.day ?? '';
  return sessionsOf(market)
    .filter((session) => session.day >= first && session.day <= last)
    .map(({ day, opensAt, closesAt }) => ({ day, opensAt, closesAt }));
}

describe.skipIf(!existsSync(join(SHARED, 'specs/calendars')))('calendars against the answer tables', () => {
  test('XNYS agrees on every session from 2005 to 2023, daylight saving and early closes included', () => {
    const rows = table('xnys_2005_2023.csv');
    expect(rows.length).toBeGreaterThan(4500);
    expect(ours('XNYS', rows)).toEqual(rows);
  });
  test.each(['XBOM', 'XNSE'])('%s agrees on every session from 2015 to 2026', (market) => {
    const rows = table('xbom_2015_2026.csv');
    expect(rows.length).toBeGreaterThan(2900);
    expect(ours(market, rows)).toEqual(rows);
  });
});

describe('sessions', () => {
  test('a session holds its opening moment and not its closing one', () => {
    expect(sessionAt('XNYS', at('2026-11-20T14:29:59.999Z'))).toBeNull();
    expect(sessionAt('XNYS', at('2026-11-20T14:30:00Z'))?.day).toBe('2026-11-20');
    expect(isOpen('XNYS', at('2026-11-20T20:59:59.999Z'))).toBe(true);
    expect(isOpen('XNYS', at('2026-11-20T21:00:00Z'))).toBe(false);
  });
  test('daylight saving moves the opening by an hour in UTC and not in New York', () => {
    expect(sessionOfDay('XNYS', '2027-03-12')?.opensAt).toBe(at('2027-03-12T14:30:00Z'));
    expect(sessionOfDay('XNYS', '2027-03-15')?.opensAt).toBe(at('2027-03-15T13:30:00Z'));
    expect(sessionOfDay('XNYS', '2026-11-02')?.opensAt).toBe(at('2026-11-02T14:30:00Z'));
  });
  test.each([
    '2025-07-03',
    '2025-11-28',
    '2025-12-24',
    '2026-11-27',
    '2026-12-24',
    '2027-11-26',
    '2028-07-03',
    '2028-11-24',
  ])('New York closes at 13:00 on %s', (day) => {
    const session = sessionOfDay('XNYS', day);
    expect(session?.kind).toBe('EARLY_CLOSE');
    expect((session?.closesAt ?? 0) - (session?.opensAt ?? 0)).toBe(3.5 * 3_600_000);
  });
  test('closed days have no session', () => {
    for (const day of ['2025-01-09', '2026-07-03', '2026-11-26', '2026-11-21'])
      expect(sessionOfDay('XNYS', day)).toBeNull();
    expect(sessionOfDay('XNSE', '2026-11-24')).toBeNull();
  });
  test('India trades on a Saturday where the exchange says so', () => {
    expect(sessionOfDay('XNSE', '2024-01-20')).toMatchObject({
      kind: 'SPECIAL',
      opensAt: at('2024-01-20T03:45:00Z'),
    });
  });
  test('the next session skips nights, weekends and holidays', () => {
    expect(nextSession('XNYS', at('2026-11-25T21:00:00Z'))?.day).toBe('2026-11-27');
    expect(nextSession('XNYS', at('2026-11-20T14:29:00Z'))?.day).toBe('2026-11-20');
  });
  test('crypto is open at every moment and its day is the UTC day', () => {
    for (const iso of ['2026-11-21T00:00:00Z', '2026-12-25T23:59:59.999Z', '2050-01-01T12:00:00Z']) {
      expect(sessionAt(CRYPTO, at(iso))?.day).toBe(iso.slice(0, 10));
    }
    expect(nextSession(CRYPTO, at('2026-11-21T10:00:00Z'))?.opensAt).toBe(at('2026-11-22T00:00:00Z'));
  });
  test('the trading day belongs to the market', () => {
    expect(tradingDay('XNYS', at('2026-11-21T02:00:00Z'))).toBe('2026-11-20');
    expect(tradingDay('XNSE', at('2026-11-20T20:00:00Z'))).toBe('2026-11-21');
    expect(tradingDay(CRYPTO, at('2026-11-21T02:00:00Z'))).toBe('2026-11-21');
  });
  test('an unknown market is closed', () => {
    expect(isOpen('XXXX', at('2026-11-20T15:00:00Z'))).toBe(false);
    expect(calendarState('XXXX', at('2026-11-20T15:00:00Z')).state).toBe('UNKNOWN_MARKET');
  });
});

describe('the end of a calendar', () => {
  test('is announced 60 days ahead and closes the market afterwards', () => {
    expect(calendarEnd('XNYS')).toBe('2028-12-31');
    expect(calendarState('XNYS', at('2028-10-31T12:00:00Z'))).toMatchObject({ state: 'OK', daysLeft: 61 });
    expect(calendarState('XNYS', at('2028-11-01T12:00:00Z'))).toMatchObject({
      state: 'ENDS_SOON',
      daysLeft: 60,
    });
    expect(calendarState('XNYS', at('2029-01-01T06:00:00Z')).state).toBe('ENDED');
    expect(nextSession('XNYS', at('2028-12-30T00:00:00Z'))).toBeNull();
    expect(calendarState('XNSE', at('2026-11-20T12:00:00Z'))).toMatchObject({
      state: 'ENDS_SOON',
      endsOn: '2026-12-31',
    });
  });
});

test('rows for the database are unique and sorted by market and day, without crypto', () => {
  const keys = marketDayRows().map((row) => `${row.market} ${row.day}`);
  expect(keys).toEqual([...new Set(keys)].toSorted());
  expect(keys.some((key) => key.startsWith(CRYPTO))).toBe(false);
});
