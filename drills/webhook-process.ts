/**
 * The webhook of the web process without its pages: the same handler, pool and queue, ready at once. For drills that
 * need several web processes; what the pages add has no part in an alert.
 */
import { createServer } from 'node:http';
import { openPool } from '#server/db.ts';
import { assertLogin, envOrExit } from '#server/env.ts';
import { createLogger } from '#server/log.ts';
import { webQueue } from '#server/web-queue.ts';
import { webhookHandler } from '#server/webhook/handler.ts';

const CONNECTIONS = 6;

const env = envOrExit();
const log = createLogger('web', env.LOG_LEVEL);
const pool = openPool({
  url: assertLogin(env, 'DATABASE_URL_WEB'),
  max: CONNECTIONS,
  name: 'lockstep-webhook',
  onError: (error) => log.warn({ err: error }, 'lost a database connection of the webhook'),
});
const now = () => performance.now();
const handle = webhookHandler({ pool, queue: await webQueue(), log, now, trustedProxies: env.TRUSTED_PROXY });
createServer((request, response) => void handle(request, response)).listen(env.PORT, '127.0.0.1');
process.once('SIGTERM', () => process.exit(0));
