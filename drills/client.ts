/**
 * The sender of alerts, with a log of its own: what was acknowledged is known here, whatever the database says.
 *
 * Entry point: AlertClient. Like a careful sender it sends the same bytes again when it got no 2xx.
 */
import { Agent, request } from 'node:http';
import { setTimeout as delay } from 'node:timers/promises';

export interface Sent {
  key: string;
  action: string;
  /** Tries until a 2xx came; null while none did. */
  tries: number;
  http: number | null;
  status: string | null;
  signalId: string | null;
  /** When it was first sent, ms since 1970. */
  at: number;
}

export interface AlertBody {
  symbol: string;
  action: string;
  [field: string]: string;
}

const ANSWER_WITHIN_MS = 5_000;
const PAUSE_MS = 250;

export class AlertClient {
  readonly log: Sent[] = [];
  /** Answers that were no 2xx, by code. */
  readonly refusals = new Map<string, number>();
  /** Highest Retry-After that a 503 carried, seconds. */
  retryAfter = 0;
  readonly #ports: () => readonly number[];
  readonly #agent = new Agent({ keepAlive: true, maxSockets: 100 });
  #count = 0;

  constructor(ports: () => readonly number[]) {
    this.#ports = ports;
  }

  /** Sends one alert until it is acknowledged or the time is up; never rejects. */
  async send(token: string, body: AlertBody, withinMs = 60_000): Promise<Sent> {
    const key = body.key ?? `drill-${this.#count + 1}`;
    const text = JSON.stringify({ ...body, key, timestamp: body.timestamp ?? new Date().toISOString() });
    const sent: Sent = {
      key,
      action: body.action,
      tries: 0,
      http: null,
      status: null,
      signalId: null,
      at: Date.now(),
    };
    this.log.push(sent);
    const end = performance.now() + withinMs;
    while (performance.now() < end) {
      const ports = this.#ports();
      this.#count += 1;
      sent.tries += 1;
      const answer = await this.#post(ports[this.#count % ports.length] ?? 0, token, text);
      if (answer !== null && answer.http < 300) {
        const { status, signal_id } = answer.body as { status?: string; signal_id?: string };
        return Object.assign(sent, {
          http: answer.http,
          status: status ?? null,
          signalId: signal_id ?? null,
        });
      }
      const code =
        answer === null ? 'NO_ANSWER' : `${answer.http} ${(answer.body as { code?: string }).code}`;
      this.refusals.set(code, (this.refusals.get(code) ?? 0) + 1);
      this.retryAfter = Math.max(this.retryAfter, answer?.retryAfter ?? 0);
      if (answer !== null && answer.http < 500)
        return Object.assign(sent, { http: answer.http, status: code });
      await delay(PAUSE_MS);
    }
    return sent;
  }

  /** Signals that were acknowledged. */
  acknowledged(): Sent[] {
    return this.log.filter(({ http }) => http !== null && http < 300);
  }

  close(): void {
    this.#agent.destroy();
  }

  #post(
    port: number,
    token: string,
    text: string,
  ): Promise<{ http: number; body: unknown; retryAfter: number } | null> {
    return new Promise((resolve) => {
      const headers = { 'content-type': 'application/json' };
      const path = `/api/webhook/${token}`;
      const sent = request(
        { host: '127.0.0.1', port, method: 'POST', path, agent: this.#agent, headers },
        (response) => {
          const chunks: Buffer[] = [];
          response.on('data', (chunk: Buffer) => chunks.push(chunk));
          response.on('error', () => resolve(null));
          response.on('end', () => {
            const retryAfter = Number(response.headers['retry-after'] ?? 0);
            resolve({ http: response.statusCode ?? 0, body: parsed(chunks), retryAfter });
          });
        },
      );
      sent.setTimeout(ANSWER_WITHIN_MS, () => sent.destroy());
      sent.on('error', () => resolve(null));
      sent.on('close', () => resolve(null));
      sent.end(text);
    });
  }
}

function parsed(chunks: Buffer[]): unknown {
  try {
    return JSON.parse(Buffer.concat(chunks).toString());
  } catch {
    return {};
  }
}
