/**
 * The API for machines over real HTTP on a port of its own, as the web process serves it: headers secured first, then the
 * operation. Entry point: useRest, after useDatabase in a test file.
 */
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Readable } from 'node:stream';
import { afterAll, beforeAll } from 'vitest';
import type { TestDatabase } from '#prisma/tests/harness.ts';
import type { Job } from '#server/queue.ts';
import { answerRest } from '#server/rest/answer.ts';
import { secureRequest } from '#server/secure-request.ts';

export interface RestReply {
  http: number;
  headers: Headers;
  // biome-ignore lint/suspicious/noExplicitAny: what a stranger's program sees is JSON without a type
  body: any;
}

export interface TestRest {
  ask: (
    method: string,
    path: string,
    given?: { token?: string; body?: unknown; headers?: Record<string, string> },
  ) => Promise<RestReply>;
  jobs: Job[];
}

export function useRest(db: TestDatabase): TestRest {
  const jobs: Job[] = [];
  const queue = async () => ({
    enqueue: async (_client: unknown, more: readonly Job[]) => void jobs.push(...more),
  });
  let server: Server;

  beforeAll(async () => {
    Object.assign(globalThis, { lockstepWebPool: db.web });
    server = createServer(async (request, response) => {
      secureRequest(request, response, { isTrusted: () => false, dev: false });
      const { method = 'GET', url, headers } = request;
      const asked = new Request(`http://${headers.host}${url}`, {
        method,
        headers: headers as Record<string, string>,
        ...(method === 'GET' ? {} : { body: Readable.toWeb(request) as ReadableStream, duplex: 'half' }),
      });
      const answer = await answerRest(asked, queue);
      for (const [name, value] of answer.headers) response.setHeader(name, value);
      response.writeHead(answer.status).end(await answer.text());
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  });
  afterAll(async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });

  return {
    jobs,
    ask: async (method, path, { token, body, headers = {} } = {}) => {
      const { port } = server.address() as AddressInfo;
      const answer = await fetch(`http://127.0.0.1:${port}/api/v1${path}`, {
        method,
        headers: {
          ...(body === undefined ? {} : { 'content-type': 'application/json' }),
          ...(token ? { authorization: `Bearer ${token}` } : {}),
          ...headers,
        },
        ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
      });
      return { http: answer.status, headers: answer.headers, body: await answer.json() };
    },
  };
}
