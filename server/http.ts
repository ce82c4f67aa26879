/**
 * The web process: one HTTP server that answers /api/webhook/* itself and hands everything else to Next.
 *
 * `NODE_ENV=development` rebuilds the pages as they change. Invariants: alerts are taken before the pages are ready
 * and until the last request is answered; whatever stops the start is said in one line; a lost database connection
 * ends nothing.
 */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import next from 'next';
import { openPool, type Pool } from '#server/db.ts';
import { assertLogin, type Env, envOrExit } from '#server/env.ts';
import { toAppError } from '#server/errors.ts';
import { createLogger, type Logger } from '#server/log.ts';
import { assertSchemaCurrent } from '#server/schema-hash.ts';
import { secureRequest } from '#server/secure-request.ts';
import { webQueue } from '#server/web-queue.ts';
import { addressList } from '#server/webhook/address.ts';
import { isWebhook, webhookHandler } from '#server/webhook/handler.ts';

/** Connections of the webhook: two batches of lookups, two of alerts, and counting failures beside them. */
const WEBHOOK_CONNECTIONS = 6;
const HEADERS_WITHIN_MS = 10_000;
const REQUEST_WITHIN_MS = 30_000;
/** Longer than TradingView or a proxy keeps an idle connection, so that none is closed under a request. */
const KEEP_ALIVE_MS = 65_000;
/** After this long a stop ends the streams of live pages too; the supervisor kills at 15 s. */
const DRAIN_MS = 5_000;

type Handler = (request: IncomingMessage, response: ServerResponse) => Promise<void>;

function dieWith(line: string): never {
  process.stderr.write(`${line}\n`);
  process.exit(1);
}

function listen(server: Server, env: Env): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen({ port: env.PORT, host: env.HOST }, () => {
      server.off('error', reject);
      resolve();
    });
  });
}

/** What a page answers while Next is still getting ready. */
const starting: Handler = async (_request, response) => {
  response.writeHead(503, { 'retry-after': '1', 'content-type': 'text/plain; charset=utf-8' });
  response.end('Lockstep is starting.\n');
};

async function openWebhook(env: Env, log: Logger): Promise<{ pool: Pool; handle: Handler }> {
  const pool = openPool({
    url: assertLogin(env, 'DATABASE_URL_WEB'),
    max: WEBHOOK_CONNECTIONS,
    name: 'lockstep-webhook',
    stays: true,
    keepsPlans: true,
    onError: (error) => log.warn({ err: error }, 'lost a database connection of the webhook'),
  });
  await assertSchemaCurrent(pool);
  const queue = await webQueue();
  const now = (): number => performance.now();
  return { pool, handle: webhookHandler({ pool, queue, log, now, trustedProxies: env.TRUSTED_PROXY }) };
}

/** Lets every request that is under way end, then closes; streams of live pages are cut after a while. */
async function stop(server: Server, pool: Pool, close: () => Promise<void>): Promise<void> {
  const closed = new Promise<void>((resolve) => server.close(() => resolve()));
  server.closeIdleConnections();
  const cut = setTimeout(() => server.closeAllConnections(), DRAIN_MS);
  await closed;
  clearTimeout(cut);
  await Promise.allSettled([close(), pool.end()]);
}

async function main(): Promise<void> {
  const env = envOrExit();
  const log = createLogger('web', env.LOG_LEVEL);
  const { pool, handle } = await openWebhook(env, log);
  const isTrusted = addressList(env.TRUSTED_PROXY);
  const dev = process.env.NODE_ENV === 'development';
  let pages = starting;
  const server = createServer(
    { headersTimeout: HEADERS_WITHIN_MS, requestTimeout: REQUEST_WITHIN_MS },
    (request, response) => {
      const answer = isWebhook(request.url) ? handle : pages;
      secureRequest(request, response, { isTrusted, dev });
      answer(request, response).catch((error: unknown) => {
        log.error({ err: error }, 'a request failed');
        if (!response.headersSent) response.writeHead(500);
        response.end();
      });
    },
  );
  server.keepAliveTimeout = KEEP_ALIVE_MS;
  await listen(server, env);

  const app = next({ dev, hostname: env.HOST, port: env.PORT, httpServer: server });
  const stopping = Promise.withResolvers<void>();
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, () => stopping.resolve());
  await app.prepare();
  pages = app.getRequestHandler();
  log.info({ host: env.HOST, port: env.PORT }, 'web is up');

  await stopping.promise;
  log.info('web is stopping');
  await stop(server, pool, () => app.close());
  process.exit(0);
}

await main().catch((error: NodeJS.ErrnoException) => {
  if (error.code === 'EADDRINUSE')
    dieWith(`Port ${process.env.PORT || '3000'} is in use: set PORT to another one.`);
  const line = error.message.split('\n')[0];
  if (toAppError(error).code === 'UNAVAILABLE')
    dieWith(`DATABASE_URL_WEB: the database cannot be reached: ${line}`);
  dieWith(`The web process cannot start: ${line}`);
});
