// The last 60 seconds of one symbol as (second, low, high): what a trade that opened a moment ago is tested against.
// Entry points: SecondRanges.add, .since. Pure; seconds are of the ticks' source time.

const SECONDS = 60;

export class SecondRanges {
  readonly #seconds = new Float64Array(SECONDS).fill(-1);
  readonly #lows = new Float64Array(SECONDS);
  readonly #highs = new Float64Array(SECONDS);
  #slot = 0;
  #endsAt = 0;
  #low = 0;
  #high = 0;

  /** Takes a tick in; allocates nothing. Ticks come in order of time, a late one counts into the running second. */
  add(price: number, at: number): void {
    if (at >= this.#endsAt) this.#begin(price, at);
    else if (price < this.#low) this.#lows[this.#slot] = this.#low = price;
    else if (price > this.#high) this.#highs[this.#slot] = this.#high = price;
  }

  /**
   * Lowest and highest price after a moment: whole seconds only, since the second of the moment itself also holds
   * prices from before it. Null when nothing came.
   */
  since(moment: number): { low: number; high: number; since: number } | null {
    const from = Math.floor(moment / 1000) + 1;
    const oldest = Math.floor(this.#endsAt / 1000) - SECONDS;
    let [low, high] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
    for (let i = 0; i < SECONDS; i += 1) {
      const second = this.#seconds[i] as number;
      if (second < from || second < oldest) continue;
      low = Math.min(low, this.#lows[i] as number);
      high = Math.max(high, this.#highs[i] as number);
    }
    return low <= high ? { low, high, since: Math.max(from, oldest) * 1000 } : null;
  }

  #begin(price: number, at: number): void {
    const second = Math.floor(at / 1000);
    this.#slot = second % SECONDS;
    this.#seconds[this.#slot] = second;
    this.#endsAt = (second + 1) * 1000;
    this.#lows[this.#slot] = this.#low = price;
    this.#highs[this.#slot] = this.#high = price;
  }
}
