/**
 * What a replay is asked to do: the command line, checked.
 *
 * Entry point: `parseOptions`, `USAGE`. Pure. Invariant: a wrong option is named, with what it takes.
 */
import { parseArgs } from 'node:util';
import { CRYPTO, exchangeMarkets } from '../market/calendar.ts';

export interface ReplayOptions {
  readonly file: string;
  readonly symbol: string;
  readonly market: string;
  readonly signals: string | null;
  readonly rules: string | null;
  /** Seed of the paper venue's randomness. */
  readonly seed: string;
  /** How many seconds of the file pass in one; null: as fast as it goes. */
  readonly speed: number | null;
  readonly json: boolean;
  /** Asks the database about every tick instead of trusting the quiet band; the result is the same. */
  readonly everyTick: boolean;
}

/** A command line that cannot be used. */
export class UsageProblem extends Error {
  override readonly name = 'UsageProblem';
}

export const USAGE =
  'npm run replay -- --file bars.csv --symbol SPY --market XNYS [--signals signals.csv] [--rules rules.json] ' +
  '[--seed 1] [--speed max|1x|60x] [--every-tick] [--json]';

const SYMBOL = /^[A-Z0-9][A-Z0-9./_-]{0,39}$/;

/** @throws UsageProblem */
export function parseOptions(args: readonly string[]): ReplayOptions {
  const values = readArguments(args);
  const symbol = (values.symbol ?? '').toUpperCase();
  const market = (values.market ?? '').toUpperCase();
  const markets = [...exchangeMarkets(), CRYPTO];
  if (values.file === undefined)
    throw new UsageProblem('--file is missing: a file of bars, ts,open,high,low,close,volume');
  if (!SYMBOL.test(symbol)) throw new UsageProblem('--symbol is missing or no symbol, e.g. SPY');
  if (!markets.includes(market)) throw new UsageProblem(`--market takes one of ${markets.join(', ')}`);
  return {
    file: values.file,
    symbol,
    market,
    signals: values.signals ?? null,
    rules: values.rules ?? null,
    seed: seedOf(values.seed ?? '1'),
    speed: speedOf(values.speed ?? 'max'),
    json: values.json ?? false,
    everyTick: values['every-tick'] ?? false,
  };
}

function readArguments(args: readonly string[]) {
  try {
    const { values } = parseArgs({
      args: [...args],
      options: {
        file: { type: 'string' },
        symbol: { type: 'string' },
        market: { type: 'string' },
        signals: { type: 'string' },
        rules: { type: 'string' },
        seed: { type: 'string' },
        speed: { type: 'string' },
        json: { type: 'boolean' },
        'every-tick': { type: 'boolean' },
      },
    });
    return values;
  } catch (error) {
    throw new UsageProblem((error as Error).message);
  }
}

function seedOf(text: string): string {
  if (!/^[\w-]{1,64}$/.test(text)) throw new UsageProblem('--seed takes up to 64 letters and digits');
  return text;
}

function speedOf(text: string): number | null {
  if (text === 'max') return null;
  const factor = /^(\d{1,6}(?:\.\d{1,3})?)x$/.exec(text)?.[1];
  if (factor === undefined || Number(factor) <= 0)
    throw new UsageProblem('--speed takes max, or a factor like 1x or 60x');
  return Number(factor);
}
