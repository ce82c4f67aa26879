/**
 * The message of a TradingView alert, with its placeholders. Pure.
 * Invariant: a strategy's message always carries `key: {{strategy.order.id}}-{{timenow}}`, so that two orders of one bar stay two
 * alerts and a resend stays one.
 */

export interface MessageChoice {
  /** A Pine strategy fires on its own orders; an indicator's alert says one thing. */
  from: 'STRATEGY' | 'LONG' | 'SHORT' | 'EXIT';
  quantity: boolean;
  price: boolean;
  /** Names of plots that hold the stop and the target; '' leaves it out. */
  stopPlot: string;
  targetPlot: string;
  secret: boolean;
}

export const FIRST_CHOICE: MessageChoice = {
  from: 'STRATEGY',
  quantity: false,
  price: true,
  stopPlot: '',
  targetPlot: '',
  secret: false,
};

const ORDER_FIELDS = {
  action: '{{strategy.order.action}}',
  market_position: '{{strategy.market_position}}',
  position_size: '{{strategy.position_size}}',
};

const SAID: Record<'LONG' | 'SHORT' | 'EXIT', Record<string, string>> = {
  LONG: { action: 'entry', direction: 'long' },
  SHORT: { action: 'entry', direction: 'short' },
  EXIT: { action: 'exit' },
};

/** What a plot is called in a placeholder: its quotes would end the name. */
const plot = (name: string): string => `{{plot("${name.replaceAll('"', '')}")}}`;

/**
 * JSON as TradingView sends it. The quotes of {{plot("…")}} stay as they are: TradingView replaces the placeholder before it sends,
 * and would not know it with a backslash in it.
 */
export function alertMessage(choice: MessageChoice): string {
  const fromStrategy = choice.from === 'STRATEGY';
  const fields: Record<string, string> = {
    symbol: '{{ticker}}',
    exchange: '{{exchange}}',
    ...(choice.from === 'STRATEGY' ? ORDER_FIELDS : SAID[choice.from]),
    ...(choice.quantity && fromStrategy ? { quantity: '{{strategy.order.contracts}}' } : {}),
    ...(choice.price ? { price: fromStrategy ? '{{strategy.order.price}}' : '{{close}}' } : {}),
    ...(choice.stopPlot ? { stop: plot(choice.stopPlot) } : {}),
    ...(choice.targetPlot ? { target: plot(choice.targetPlot) } : {}),
    timeframe: '{{interval}}',
    timestamp: '{{timenow}}',
    key: fromStrategy ? '{{strategy.order.id}}-{{timenow}}' : `${choice.from.toLowerCase()}-{{timenow}}`,
    ...(choice.secret ? { secret: 'YOUR SECRET' } : {}),
  };
  const lines = Object.entries(fields).map(([name, value]) => `  "${name}": "${value}"`);
  return `{\n${lines.join(',\n')}\n}`;
}
