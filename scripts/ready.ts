/**
 * What a start says when all is up: on the terminal and in LOCKSTEP_HOME/ready.json.
 */
import type { DemoFacts } from '#prisma/seed.ts';

export type Demo = DemoFacts;

/** The symbol of the printed alert: it trades around the clock. */
const TRY_SYMBOL = 'BTC-USD';

/** `{url, databaseUrl, webhooks: [{strategy, url}], users: [{email, password, role}]}`; databaseUrl is the owner's. */
export function readyText(url: string, databaseUrl: string, demo: Demo): string {
  const webhooks = demo.webhooks.map(({ strategy, token }) => ({ strategy, url: webhookUrl(url, token) }));
  return `${JSON.stringify({ url, databaseUrl, webhooks, users: demo.users }, null, 2)}\n`;
}

/** The lines for the terminal. */
export function welcome(url: string, home: string, demo: Demo | null): string {
  const head = ['', `Lockstep is up at ${url}`, `Logs and data: ${home}`];
  if (!demo) return head.join('\n');
  const [first] = demo.webhooks;
  return [
    ...head,
    '',
    'Demo log-ins (paper money, simulated market):',
    ...demo.users.map(({ email, password, role }) => `  ${email.padEnd(26)} ${password}  ${role}`),
    '',
    `Send an alert, at any hour (${first?.strategy ?? ''} on ${TRY_SYMBOL}):`,
    `  ${alertCommand(url, first?.token ?? '')}`,
    '',
    'Ctrl-C stops everything.',
  ].join('\n');
}

/** Neither time nor key, so that the same command again counts as a duplicate for a while and as new afterwards. */
function alertCommand(url: string, token: string): string {
  const body = JSON.stringify({ symbol: TRY_SYMBOL, action: 'entry', direction: 'long' });
  return `curl -X POST ${webhookUrl(url, token)} -H 'content-type: application/json' -d '${body}'`;
}

function webhookUrl(url: string, token: string): string {
  return `${url}/api/webhook/${token}`;
}
