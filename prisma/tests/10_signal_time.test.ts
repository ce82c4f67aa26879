import { describe, expect, inject, it } from 'vitest';
import { rowsOf, useDatabase } from '#prisma/tests/harness.ts';

describe('the age of an alert', () => {
  const db = useDatabase();

  const effective = async (at: string, timeframe: string | null, market: string, now: string) => {
    const [row] = await rowsOf<{ at: Date }>(
      db.owner,
      'select fn.signal_effective_time($1, $2, $3, $4) as at',
      [at, timeframe, market, now],
    );
    return row?.at.toISOString();
  };

  it('needs SQL files that apply', () => {
    expect(inject('testServer').broken.filter((line) => line.includes('10_signal'))).toEqual([]);
  });

  it.each([
    [
      'a 1h bar of crypto',
      '2026-03-02T14:00:00Z',
      '1h',
      'CRYPTO',
      '2026-03-02T15:00:01Z',
      '2026-03-02T15:00:00.000Z',
    ],
    [
      'a fire time at the close of that bar',
      '2026-03-02T15:00:00Z',
      '1h',
      'CRYPTO',
      '2026-03-02T15:00:01Z',
      '2026-03-02T15:00:00.000Z',
    ],
    [
      'a close up to 2 s ahead',
      '2026-03-02T14:00:00Z',
      '1h',
      'CRYPTO',
      '2026-03-02T14:59:58.5Z',
      '2026-03-02T15:00:00.000Z',
    ],
    [
      'a close further ahead',
      '2026-03-02T14:00:00Z',
      '1h',
      'CRYPTO',
      '2026-03-02T14:59:50Z',
      '2026-03-02T14:00:00.000Z',
    ],
    [
      'a time within a bar',
      '2026-03-02T14:00:30Z',
      '1h',
      'CRYPTO',
      '2026-03-02T15:00:01Z',
      '2026-03-02T14:00:30.000Z',
    ],
    [
      'no timeframe',
      '2026-03-02T14:00:00Z',
      null,
      'CRYPTO',
      '2026-03-02T15:00:01Z',
      '2026-03-02T14:00:00.000Z',
    ],
    [
      'an hour of New York, counted from 9:30',
      '2026-03-02T14:30:00Z',
      '1h',
      'XNYS',
      '2026-03-02T15:30:01Z',
      '2026-03-02T15:30:00.000Z',
    ],
    [
      'an hour of New York that is not aligned in the session',
      '2026-03-02T15:00:00Z',
      '1h',
      'XNYS',
      '2026-03-02T16:00:01Z',
      '2026-03-02T15:00:00.000Z',
    ],
    [
      'the last, short hour of the session',
      '2026-03-02T20:30:00Z',
      '1h',
      'XNYS',
      '2026-03-02T21:00:01Z',
      '2026-03-02T21:00:00.000Z',
    ],
    [
      'a daily bar of New York',
      '2026-03-02T14:30:00Z',
      '1d',
      'XNYS',
      '2026-03-02T21:00:01Z',
      '2026-03-02T21:00:00.000Z',
    ],
    [
      'a weekly bar of New York',
      '2026-03-02T14:30:00Z',
      '1w',
      'XNYS',
      '2026-03-06T21:00:01Z',
      '2026-03-06T21:00:00.000Z',
    ],
    [
      'an hour of Mumbai, counted from 9:15',
      '2026-03-02T03:45:00Z',
      '1h',
      'XNSE',
      '2026-03-02T04:45:01Z',
      '2026-03-02T04:45:00.000Z',
    ],
    [
      'a daily bar of crypto',
      '2026-03-01T00:00:00Z',
      '1d',
      'CRYPTO',
      '2026-03-02T00:00:01Z',
      '2026-03-02T00:00:00.000Z',
    ],
    [
      'a bar on a day without session',
      '2026-03-01T14:30:00Z',
      '5m',
      'XNYS',
      '2026-03-02T15:00:00Z',
      '2026-03-01T14:30:00.000Z',
    ],
  ])('%s', async (_name, at, timeframe, market, now, expected) => {
    expect(await effective(at, timeframe, market, now)).toBe(expected);
  });
});
