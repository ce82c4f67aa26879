/**
 * A load of HTTP posts over kept connections, one request at a time on each: as cheap as it goes, since it shares the
 * machine with what it measures. Entry point: post.
 */
import { connect, type Socket } from 'node:net';

export interface Answered {
  /** Milliseconds from the first byte sent to the last one received, per body in the order given. */
  ms: number[];
  status: number[];
  body: string[];
  /** From the first request to the last answer. */
  tookMs: number;
}

/** Posts all bodies to a path; `connections` at a time. Throws when a connection breaks. */
export async function post(
  port: number,
  path: string,
  bodies: readonly string[],
  connections: number,
): Promise<Answered> {
  const out: Answered = { ms: [], status: [], body: [], tookMs: 0 };
  const sockets = await Promise.all(Array.from({ length: connections }, () => open(port)));
  const requests = bodies.map((body) =>
    Buffer.from(
      `POST ${path} HTTP/1.1\r\nhost: bench\r\ncontent-type: application/json\r\ncontent-length: ${Buffer.byteLength(body)}\r\n\r\n${body}`,
    ),
  );
  let next = 0;
  const began = performance.now();
  await Promise.all(
    sockets.map(async (socket) => {
      for (let n = next++; n < requests.length; n = next++) {
        const sent = performance.now();
        const { status, body } = await exchange(socket, requests[n] as Buffer);
        out.ms[n] = performance.now() - sent;
        out.status[n] = status;
        out.body[n] = body;
      }
    }),
  );
  out.tookMs = performance.now() - began;
  for (const socket of sockets) socket.destroy();
  return out;
}

function open(port: number): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const socket = connect({ port, host: '127.0.0.1', noDelay: true });
    socket.once('connect', () => {
      socket.off('error', reject);
      socket.on('error', () => undefined);
      resolve(socket);
    });
    socket.once('error', reject);
  });
}

function exchange(socket: Socket, request: Buffer): Promise<{ status: number; body: string }> {
  return new Promise((resolve, reject) => {
    let text = '';
    const onEnd = () => reject(new Error('the connection was closed'));
    const onData = (part: Buffer) => {
      text += part.toString('latin1');
      const body = bodyOf(text);
      if (body === null) return;
      socket.off('data', onData);
      socket.off('close', onEnd);
      resolve({ status: Number(text.slice(9, 12)), body });
    };
    socket.on('data', onData);
    socket.once('close', onEnd);
    socket.write(request);
  });
}

/** The whole body, or null while some of it is missing. */
function bodyOf(text: string): string | null {
  const head = text.indexOf('\r\n\r\n');
  if (head < 0) return null;
  const lower = text.slice(0, head).toLowerCase();
  const length = /content-length: (\d+)/.exec(lower)?.[1];
  const body = text.slice(head + 4);
  if (length !== undefined) return body.length >= Number(length) ? body.slice(0, Number(length)) : null;
  if (!body.endsWith('0\r\n\r\n')) return null;
  return body.replace(/(^|\r\n)[0-9a-f]+\r\n/g, '');
}
