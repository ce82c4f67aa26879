/**
 * Which queries an event may have changed, by its topic: the pipeline's come in crowds, and a page that asked for everything with
 * each of them would keep the server from answering what matters. Pure. Entry point: reaches.
 */

/** What the pipeline does not change, or what a page asks for every second by itself. */
const NEVER = [
  'apiTokens',
  'exitRules',
  'flags',
  'instruments',
  'invitations',
  'limits',
  'profile',
  'switches',
  'trades.live',
  'users',
];
/** What first changes with a fill. */
const FILLED = [
  'positions',
  'overview.accounts',
  'overview.equity',
  'overview.results',
  'overview.today',
  'history',
];
/** What first changes with an order. */
const ORDERED = ['orders', 'trades', ...FILLED];

const untouchedBy: Readonly<Record<string, ReadonlySet<string>>> = {
  signal: new Set([...NEVER, ...ORDERED]),
  delivery: new Set([...NEVER, ...ORDERED]),
  intent: new Set([...NEVER, ...ORDERED.filter((one) => one !== 'history')]),
  order: new Set([...NEVER, ...FILLED]),
  fill: new Set(NEVER),
  trade: new Set(NEVER),
  exit: new Set(NEVER),
};

/** Whether an event of this topic may have changed what the query of this key shows: any other topic changes anything. */
export function reaches(topic: string, queryKey: readonly unknown[]): boolean {
  const [path] = queryKey;
  const untouched = untouchedBy[topic];
  if (!untouched || !Array.isArray(path)) return true;
  return !untouched.has(String(path[0])) && !untouched.has(path.join('.'));
}
