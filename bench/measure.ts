/**
 * Measuring: times, medians, percentiles, and two contestants in turn.
 *
 * Entry points: inTurn, timed, median, percentile, must. Pure apart from the steady clock.
 */

/** Milliseconds that the work took. */
export async function timed(work: () => unknown): Promise<number> {
  const began = performance.now();
  await work();
  return performance.now() - began;
}

/**
 * Measures ours and the reference alternately, so that whatever else the machine does meets both alike.
 * @param rounds times that each is measured
 * @returns the median of each; `work` returns its own figure
 */
export async function inTurn(
  rounds: number,
  ours: (round: number) => Promise<number>,
  reference: (round: number) => Promise<number>,
): Promise<{ ours: number; reference: number; spread: string }> {
  const mine: number[] = [];
  const theirs: number[] = [];
  for (let round = 0; round < rounds; round += 1) {
    mine.push(await ours(round));
    theirs.push(await reference(round));
  }
  const ratios = mine.map((value, i) => value / (theirs[i] as number)).toSorted((a, b) => a - b);
  const text = (value: number | undefined) => value?.toPrecision(3);
  return {
    ours: median(mine),
    reference: median(theirs),
    spread: `ratios ${text(ratios[0])}–${text(ratios.at(-1))} in ${rounds} rounds`,
  };
}

export function median(values: readonly number[]): number {
  return percentile(values, 0.5);
}

/** The value below which a share of the values lies (nearest rank). */
export function percentile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  const value = sorted[Math.min(sorted.length - 1, Math.max(0, Math.ceil(sorted.length * share) - 1))];
  if (value === undefined) throw new Error('nothing was measured');
  return value;
}

/** Throws unless it holds: a figure of wrong work is none. */
export function must(holds: boolean, what: string): void {
  if (!holds) throw new Error(`the work was not correct: ${what}`);
}

/** Throws unless both are equal. */
export function mustEqual(actual: unknown, expected: unknown, what: string): void {
  must(Object.is(actual, expected), `${what}: ${String(actual)} instead of ${String(expected)}`);
}

/** The promise, or an error once it took too long: a row that hangs says what it waited for. */
export async function soon<T>(promise: Promise<T>, withinMs: number, what: string): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new Error(`${what} did not come within ${withinMs} ms`)), withinMs);
  });
  try {
    return await Promise.race([promise, late]);
  } finally {
    clearTimeout(timer);
  }
}
