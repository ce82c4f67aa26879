// Checks against what is already there: other trades of the symbol, counts, and what the day has lost.
// Entry points: positionChecks, protectionChecks, lossChecks, countChecks, tradeTypeOf. Pure.
import type { Decimal } from '#server/money.ts';
import { type Check, type DecisionCase, judged, passed, refused, unjudged } from './case.ts';
import type { LiveTrade } from './context.ts';
import { boundOf, boundsOf, type LimitCode, whoSet } from './limits.ts';
import type { Figures, ReasonCode } from './reasons.ts';
import { money, percent, priceText, timeOfDay } from './wording.ts';

const MINUTE_MS = 60_000;

/** Live trades of the account on the delivery's instrument. */
export function tradesHere(c: DecisionCase): LiveTrade[] {
  return c.trades.filter((trade) => trade.instrumentId === c.instrument.id);
}

/** NEWBUY: no open trade of this account on this symbol; REBUY otherwise. */
export function tradeTypeOf(c: DecisionCase): 'NEWBUY' | 'REBUY' {
  return tradesHere(c).length === 0 ? 'NEWBUY' : 'REBUY';
}

export function positionChecks(c: DecisionCase): Check[] {
  const { signal, subscription } = c.delivery;
  const { symbol } = c.instrument;
  const here = tradesHere(c);
  const same = here.filter((trade) => trade.direction === signal.direction);
  const rebuys = same.filter((trade) => trade.tradeType === 'REBUY').length;
  const cap = boundOf(c.limits, 'MAX_REBUYS');
  const opposite = signal.direction === 'LONG' ? 'short' : 'long';
  return [
    judged('OPPOSITE_POSITION', same.length === here.length, { symbol, opposite }),
    judged('OPEN_ENTRY_ORDER', !same.some((trade) => trade.entryWorking), { symbol }),
    judged('OVERLAPPING_POSITION', same.length === 0 || subscription.rebuys, { symbol }),
    cap && same.length > 0
      ? judged('MAX_REBUYS', cap.value.gt(rebuys), {
          symbol,
          used: String(rebuys),
          limit: cap.value.toFixed(),
          who: whoSet(cap.layer),
        })
      : passed('MAX_REBUYS'),
    judged('NOTHING_TO_ADD_TO', signal.action === 'ENTRY' || same.length > 0, { symbol }),
  ];
}

function stopNeed(c: DecisionCase): string | null {
  const { sizingMode } = c.delivery.subscription;
  const { quantityType } = c.delivery.signal;
  if (sizingMode === 'RISK_PERCENT') return 'sizing by risk';
  if (sizingMode === 'SIGNAL_QTY' && quantityType?.toUpperCase() === 'RISK_DOLLAR_AMOUNT')
    return 'sizing by risk';
  if (boundOf(c.limits, 'MAX_LOG_LOSS')) return 'the log-loss cap';
  return c.delivery.strategy.utilityGate ? 'the utility gate' : null;
}

/** The trade's own protection: a stop where something needs one, and the alert's levels on their side. */
export function protectionChecks(c: DecisionCase): Check[] {
  const need = stopNeed(c);
  if (c.plan === null) return [unjudged('NO_STOP'), unjudged('PROTECTION_WRONG_SIDE')];
  const { direction, stop, target } = c.delivery.signal;
  const { price } = c.plan;
  const below = (level: Decimal) => level.lt(price);
  const above = (level: Decimal) => level.gt(price);
  const stopOk = stop === null || (direction === 'LONG' ? below(stop) : above(stop));
  const targetOk = target === null || (direction === 'LONG' ? above(target) : below(target));
  const wrong = stopOk ? { which: 'target', level: target } : { which: 'stop', level: stop };
  const figures = {
    which: wrong.which,
    level: wrong.level ? priceText(wrong.level) : '',
    price: priceText(price),
  };
  return [
    judged('NO_STOP', need === null || c.plan.stop !== null, { need: need ?? '' }),
    judged('PROTECTION_WRONG_SIDE', stopOk && targetOk, stopOk && targetOk ? {} : figures),
  ];
}

function count(
  c: DecisionCase,
  code: LimitCode & ReasonCode,
  here: number,
  ofUser: number,
  figures: Figures,
): Check {
  const bounds = boundsOf(c.limits, code);
  const uses = bounds.map((bound) => ({ bound, used: bound.scope === 'USER' ? ofUser : here }));
  const full = uses.find(({ bound, used }) => bound.value.lte(used));
  const shown = full ?? uses[0];
  if (!shown) return passed(code);
  const { bound, used } = shown;
  return judged(code, full === undefined, {
    ...figures,
    used: String(used),
    limit: bound.value.toFixed(),
    who: whoSet(bound.layer),
  });
}

/** How many may be open at once, and how many a day may see. */
export function countChecks(c: DecisionCase): Check[] {
  const { id, symbol } = c.instrument;
  const userHere = c.userTrades.filter((trade) => trade.instrumentId === id).length;
  return [
    count(c, 'MAX_OPEN_POSITIONS', c.trades.length, c.userTrades.length, {}),
    count(c, 'MAX_POSITIONS_PER_SYMBOL', tradesHere(c).length, userHere, { symbol }),
    count(c, 'MAX_TRADES_PER_DAY', c.tradesToday, c.tradesToday, {}),
  ];
}

function dayChecks(c: DecisionCase): Check[] {
  const { day, currency, timeZone } = c.account;
  const loss = boundOf(c.limits, 'DAILY_LOSS_LIMIT');
  const lock = boundOf(c.limits, 'DAILY_PROFIT_LOCK');
  const lost = day.lossHitAt !== null || (loss !== undefined && day.pnl.neg().gte(loss.value));
  const won = day.profitHitAt !== null || (lock !== undefined && day.pnl.gte(lock.value));
  const { lossHitAt, lossLimit, lossLayer } = day;
  const set = lossHitAt && lossLimit && lossLayer ? { value: lossLimit, layer: lossLayer } : loss;
  return [
    judged('DAILY_LOSS_LIMIT', !lost, {
      pnl: money(day.pnl, currency),
      limit: set ? money(set.value, currency) : 'none',
      who: set ? whoSet(set.layer) : 'off',
      at: timeOfDay(day.lossHitAt ?? c.now, timeZone),
    }),
    judged('DAILY_PROFIT_LOCK', !won, {
      pnl: money(day.pnl, currency),
      limit: money(lock?.value ?? day.pnl, currency),
      who: lock ? whoSet(lock.layer) : 'since changed',
      at: timeOfDay(day.profitHitAt ?? c.now, timeZone),
    }),
  ];
}

function drawdownCheck(c: DecisionCase): Check {
  const bound = boundOf(c.limits, 'MAX_DRAWDOWN');
  const { drawdown } = c.account.day;
  if (!bound) return passed('MAX_DRAWDOWN');
  return judged('MAX_DRAWDOWN', drawdown.lt(bound.value), {
    used: percent(drawdown),
    limit: percent(bound.value),
    who: whoSet(bound.layer),
  });
}

/** The day's limits, the pause after losses in a row, and the cooldown of a symbol that lost. */
export function lossChecks(c: DecisionCase): Check[] {
  const { day, timeZone } = c.account;
  const row = boundOf(c.limits, 'CONSECUTIVE_LOSSES');
  const pause = boundOf(c.limits, 'CONSECUTIVE_LOSSES_PAUSE');
  const resume = (from: Date, minutes: Decimal) => new Date(from.getTime() + minutes.toNumber() * MINUTE_MS);
  const checks = [...dayChecks(c), drawdownCheck(c)];
  if (row && pause && day.lastLossAt && row.value.lte(day.consecutiveLosses)) {
    const until = resume(day.lastLossAt, pause.value);
    checks.push(
      judged('CONSECUTIVE_LOSSES', c.now >= until, {
        used: String(day.consecutiveLosses),
        limit: row.value.toFixed(),
        who: whoSet(row.layer),
        until: timeOfDay(until, timeZone),
      }),
    );
  } else checks.push(passed('CONSECUTIVE_LOSSES', { used: String(day.consecutiveLosses) }));
  const cooldown = boundOf(c.limits, 'LOSS_COOLDOWN');
  const lostAt = day.lossBySymbol.get(c.instrument.id);
  if (!cooldown || !lostAt || c.now >= resume(lostAt, cooldown.value))
    return [...checks, passed('LOSS_COOLDOWN')];
  const figures = {
    symbol: c.instrument.symbol,
    at: timeOfDay(lostAt, timeZone),
    until: timeOfDay(resume(lostAt, cooldown.value), timeZone),
    who: whoSet(cooldown.layer),
  };
  return [...checks, refused('LOSS_COOLDOWN', figures)];
}
