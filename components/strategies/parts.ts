/** The parts of a strategy's page, as its address names them. Pure. */
export const STRATEGY_PARTS = ['webhook', 'accounts', 'exits', 'events', 'settings'] as const;
export type StrategyPart = (typeof STRATEGY_PARTS)[number];

export const PART_NAMES: Record<StrategyPart, string> = {
  webhook: 'Webhook',
  accounts: 'Accounts',
  exits: 'Exit rules',
  events: 'Event log',
  settings: 'Settings',
};
