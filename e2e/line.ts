/** A line to the server that can be cut: a TCP proxy of its own port. */

import type { AddressInfo } from 'node:net';
import { connect, createServer, type Socket } from 'node:net';

export interface Line {
  /** The server's address through the line. */
  url: string;
  cut: () => void;
  /** For how long it has been cut, in milliseconds; 0 when it is not. */
  cutForMs: () => number;
  restore: () => void;
  close: () => void;
}

export async function openLine(target: string): Promise<Line> {
  const { hostname, port } = new URL(target);
  const sockets = new Set<Socket>();
  let cutAt: number | null = null;
  const server = createServer((inward) => {
    if (cutAt !== null) return void inward.destroy();
    const outward = connect(Number(port), hostname);
    for (const [one, other] of [
      [inward, outward],
      [outward, inward],
    ] as const) {
      sockets.add(one);
      one.on('error', () => other.destroy());
      one.on('close', () => {
        sockets.delete(one);
        other.destroy();
      });
      one.pipe(other);
    }
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const drop = () => {
    for (const socket of sockets) socket.destroy();
  };
  return {
    url: `http://${hostname}:${(server.address() as AddressInfo).port}`,
    cut: () => {
      cutAt = performance.now();
      drop();
    },
    cutForMs: () => (cutAt === null ? 0 : performance.now() - cutAt),
    restore: () => {
      cutAt = null;
    },
    close: () => {
      drop();
      server.close();
    },
  };
}
