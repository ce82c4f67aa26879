/** Settings on their way to SQL: `{maxLagSeconds: 5}` → `{"max_lag_seconds": 5}`; what was not given is left out. Pure. */

export function columnsOf(settings: Record<string, unknown>): string {
  const named = Object.entries(settings)
    .filter(([, value]) => value !== undefined)
    .map(([name, value]) => [name.replace(/[A-Z]/g, (capital) => `_${capital.toLowerCase()}`), value]);
  return JSON.stringify(Object.fromEntries(named));
}
