/** Days of results as calendar months, latest first. Pure. Days are days of the market, "2026-11-20". */
export interface CalendarDay {
  day: string;
  pnl: string;
  trades: number;
}

export interface Month {
  /** "2026-11". */
  month: string;
  /** Weeks from Monday to Sunday; null is a day of another month. */
  weeks: (Cell | null)[][];
}

export interface Cell {
  day: string;
  result: CalendarDay | null;
}

const DAYS = 7;

/** The months that hold results, from the first to the last, at most `most` of them. */
export function monthsOf(days: readonly CalendarDay[], most: number): Month[] {
  const results = new Map(days.map((one) => [one.day, one]));
  const named = [...new Set(days.map((one) => one.day.slice(0, 7)))].sort().reverse().slice(0, most);
  return named.map((month) => ({ month, weeks: weeksOf(month, results) }));
}

function weeksOf(month: string, results: Map<string, CalendarDay>): (Cell | null)[][] {
  const [year = 0, number = 1] = month.split('-').map(Number);
  const length = new Date(Date.UTC(year, number, 0)).getUTCDate();
  const before = (new Date(Date.UTC(year, number - 1, 1)).getUTCDay() + 6) % DAYS;
  const cells: (Cell | null)[] = Array.from({ length: before }, () => null);
  for (let n = 1; n <= length; n += 1) {
    const day = `${month}-${String(n).padStart(2, '0')}`;
    cells.push({ day, result: results.get(day) ?? null });
  }
  while (cells.length % DAYS !== 0) cells.push(null);
  return Array.from({ length: cells.length / DAYS }, (_, week) =>
    cells.slice(week * DAYS, (week + 1) * DAYS),
  );
}
