/**
 * A TCP proxy before PostgreSQL that can lose things silently.
 *
 * Entry point: startProxy. `cutListeners` blackholes every connection that said LISTEN: nothing passes either way any
 * more, and neither end is told. `holdCommits` lets a COMMIT through and keeps its answer: the work is durable and the
 * client does not know.
 */
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';

export interface Wire {
  /** The same connection string through the proxy. */
  through: (url: string) => string;
  /** Blackholes the listening connections; returns how many. */
  cutListeners: () => number;
  /** Keeps the answers to commits from now on; resolves with the first one's arrival from the server. */
  holdCommits: () => Promise<void>;
  /** New connections' commits are answered again; what was held stays so. */
  letCommits: () => void;
  stop: () => Promise<void>;
}

interface Line {
  client: Socket;
  server: Socket;
  isListener: boolean;
  isDead: boolean;
  isHeld: boolean;
}

const LISTEN = /\blisten\b/i;
const COMMIT = /^Q[\s\S]{4}commit\0/i;

export async function startProxy(port: number): Promise<Wire> {
  const lines = new Set<Line>();
  let onCommitted: (() => void) | null = null;
  const listener = createServer((client) => {
    const server = connect(port, '127.0.0.1');
    const line: Line = { client, server, isListener: false, isDead: false, isHeld: false };
    lines.add(line);
    client.on('data', (data) => {
      if (line.isDead) return;
      const text = data.toString('latin1');
      if (text[0] === 'Q' && LISTEN.test(text)) line.isListener = true;
      if (onCommitted !== null && COMMIT.test(text)) line.isHeld = true;
      server.write(data);
    });
    server.on('data', (data) => {
      if (line.isDead) return;
      if (line.isHeld) return onCommitted?.();
      client.write(data);
    });
    const end = () => {
      if (line.isDead) return;
      client.destroy();
      server.destroy();
      lines.delete(line);
    };
    for (const socket of [client, server]) {
      socket.on('error', end);
      socket.on('close', end);
    }
  });
  await new Promise<void>((resolve) => listener.listen(0, '127.0.0.1', resolve));
  return {
    through: (url) => {
      const changed = new URL(url);
      changed.port = String((listener.address() as AddressInfo).port);
      return changed.href;
    },
    cutListeners: () => {
      const cut = [...lines].filter((line) => line.isListener && !line.isDead);
      for (const line of cut) line.isDead = true;
      return cut.length;
    },
    holdCommits: () => {
      const { promise, resolve } = Promise.withResolvers<void>();
      onCommitted = resolve;
      return promise;
    },
    letCommits: () => {
      onCommitted = null;
    },
    stop: async () => {
      for (const { client, server } of lines) {
        client.destroy();
        server.destroy();
      }
      await new Promise((resolve) => listener.close(resolve));
    },
  };
}
