/**
 * The webhook's real HTTP handler over a test's database, on a port of its own; jobs go to the real queue.
 * Entry point: useWebhook, after useDatabase in a test file.
 */
import { Agent, createServer, request, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll } from 'vitest';
import type { TestDatabase } from '#prisma/tests/harness.ts';
import { bossQueue, openBoss } from '#server/boss.ts';
import type { Pool } from '#server/db.ts';
import { createLogger } from '#server/log.ts';
import type { Queue } from '#server/queue.ts';
import { webhookHandler } from '#server/webhook/handler.ts';

export interface Reply {
  http: number;
  headers: Record<string, string | string[] | undefined>;
  text: string;
  body: Record<string, unknown>;
}

export interface TestWebhook {
  post: (token: string, body: unknown, headers?: Record<string, string>) => Promise<Reply>;
  send: (
    method: string,
    path: string,
    body?: string | Buffer,
    headers?: Record<string, string>,
  ) => Promise<Reply>;
  /** Everything that was logged. */
  logged: () => string;
}

export interface WebhookSettings {
  trustedProxies?: string[];
  /** Connections that the test keeps open to the server at most. */
  connections?: number;
  /** Another pool for the webhook than the test's own for lockstep_web. */
  pool?: () => Pool;
  /** Another queue than the real one; asked for at the first alert. */
  queue?: () => Queue;
}

export function useWebhook(db: TestDatabase, settings: WebhookSettings = {}): TestWebhook {
  const agent = new Agent({ keepAlive: true, maxSockets: settings.connections ?? 50 });
  const lines: string[] = [];
  let server: Server;
  let close = async (): Promise<void> => undefined;

  beforeAll(async () => {
    const other = settings.queue;
    const boss = other
      ? null
      : await openBoss({
          url: db.url('lockstep_web'),
          use: 'sender',
          max: 2,
          onError: (error) => lines.push(String(error)),
        });
    const queue: Queue = boss
      ? bossQueue(boss)
      : { enqueue: async (client, jobs) => other?.().enqueue(client, jobs) };
    const log = createLogger('test', 'debug', { write: (line) => void lines.push(line) });
    const handle = webhookHandler({
      pool: settings.pool?.() ?? db.web,
      queue,
      log,
      now: () => performance.now(),
      trustedProxies: settings.trustedProxies ?? [],
    });
    server = createServer((req, res) => void handle(req, res));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    close = async () => {
      agent.destroy();
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
      await boss?.stop({ graceful: false });
    };
  });
  afterAll(() => close());

  const send: TestWebhook['send'] = (method, path, body, headers = {}) =>
    new Promise((resolve, reject) => {
      const { port } = server.address() as AddressInfo;
      const sent = request({ host: '127.0.0.1', port, method, path, agent, headers }, (response) => {
        const chunks: Buffer[] = [];
        response.on('data', (chunk: Buffer) => chunks.push(chunk));
        response.on('end', () => {
          const text = Buffer.concat(chunks).toString();
          const json = response.headers['content-type']?.includes('json') ? JSON.parse(text) : {};
          resolve({ http: response.statusCode ?? 0, headers: response.headers, text, body: json });
        });
      });
      sent.on('error', reject);
      sent.end(body);
    });

  return {
    send,
    post: (token, body, headers = {}) =>
      send('POST', `/api/webhook/${token}`, typeof body === 'string' ? body : JSON.stringify(body), {
        'content-type': 'application/json',
        ...headers,
      }),
    logged: () => lines.join('\n'),
  };
}
