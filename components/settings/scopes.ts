/** What a token may do, in words. Pure. */
export const SCOPES = [
  { value: 'signals:write', name: 'Send signals' },
  { value: 'positions:read', name: 'Read positions' },
  { value: 'orders:read', name: 'Read orders' },
  { value: 'trades:read', name: 'Read trades' },
  { value: 'pnl:read', name: 'Read profit and loss' },
  { value: 'switch:write', name: 'Throw the kill switch' },
] as const;

export const scopeName = (scope: string): string =>
  SCOPES.find((one) => one.value === scope)?.name.toLowerCase() ?? scope;
