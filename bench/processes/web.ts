/**
 * A web process of the bench: the product's webhook handler with its own pools, without the pages. Prints its port.
 *
 * BENCH_SERVE says what it serves: `webhook` (ours) or `bare` (node:http with one INSERT a request).
 */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { openPool } from '#server/db.ts';
import { createLogger } from '#server/log.ts';
import { webQueue } from '#server/web-queue.ts';
import { webhookHandler } from '#server/webhook/handler.ts';

/** As many as the product's webhook has. */
const CONNECTIONS = 6;
/** The best of 6, 10 and 20 for one INSERT a request. */
const BARE_CONNECTIONS = 20;

const log = createLogger('bench-web', 'error', process.stderr);
const bare = process.env.BENCH_SERVE === 'bare';
const pool = openPool({
  url: process.env.DATABASE_URL_WEB ?? '',
  max: bare ? BARE_CONNECTIONS : CONNECTIONS,
  name: 'bench-web',
  stays: true,
  keepsPlans: !bare,
  onError: (error) => log.error({ err: error }, 'lost a connection'),
});

async function insertOne(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const parts: Buffer[] = [];
  for await (const part of request) parts.push(part as Buffer);
  const { rows } = await pool.query<{ id: string }>(
    'insert into bench.alerts (body) values ($1) returning id',
    [Buffer.concat(parts).toString()],
  );
  response.writeHead(200, { 'content-type': 'application/json' });
  response.end(JSON.stringify({ id: rows[0]?.id }));
}

const handle = bare
  ? insertOne
  : webhookHandler({ pool, queue: await webQueue(), log, now: () => performance.now(), trustedProxies: [] });
const server = createServer((request, response) => {
  handle(request, response).catch((error: unknown) => {
    log.error({ err: error }, 'a request failed');
    response.writeHead(500).end();
  });
});
server.keepAliveTimeout = 65_000;
server.listen(0, '127.0.0.1', () => {
  const address = server.address();
  process.stdout.write(`${typeof address === 'object' && address ? address.port : 0}\n`);
});
process.once('disconnect', () => process.exit(0));
