/**
 * Wakes the live streams of this process when the event log grows: one LISTEN connection for all of them.
 * Entry points: nextRing, stopListening. Invariant: a missed notification costs a second at most, since every stream
 * also looks by itself.
 */
import { EventEmitter, once } from 'node:events';
import pg from 'pg';

const CHANNEL = 'lockstep_events';
const RECONNECT_MS = 1_000;

interface Bell {
  emitter: EventEmitter;
  client: pg.Client | null;
  stopped: boolean;
}

const shared = globalThis as typeof globalThis & { lockstepBell?: Bell };

/** The process's bell, listening from the first call on. */
function bell(): Bell {
  if (shared.lockstepBell) return shared.lockstepBell;
  const made: Bell = { emitter: new EventEmitter().setMaxListeners(0), client: null, stopped: false };
  shared.lockstepBell = made;
  void listen(made);
  return made;
}

async function listen(to: Bell): Promise<void> {
  const client = new pg.Client({
    connectionString: process.env.DATABASE_URL_WEB,
    application_name: 'lockstep-live',
    keepAlive: true,
  });
  to.client = client;
  let retrying = false;
  const again = () => {
    if (retrying || to.stopped) return;
    retrying = true;
    client.end().catch(() => undefined);
    setTimeout(() => void listen(to), RECONNECT_MS).unref();
  };
  client.on('error', again);
  client.on('end', again);
  client.on('notification', () => to.emitter.emit('ring'));
  try {
    await client.connect();
    await client.query(`listen ${CHANNEL}`);
    to.emitter.emit('ring');
  } catch {
    again();
  }
}

/** Resolves at the next ring, after `ms` at the latest, or when the signal aborts. Never rejects. */
export async function nextRing(ms: number, signal: AbortSignal): Promise<void> {
  const limit = AbortSignal.any([signal, AbortSignal.timeout(ms)]);
  await once(bell().emitter, 'ring', { signal: limit }).catch(() => undefined);
}

/** Ends the connection; the next stream opens another. */
export async function stopListening(): Promise<void> {
  const old = shared.lockstepBell;
  shared.lockstepBell = undefined;
  if (!old) return;
  old.stopped = true;
  await old.client?.end().catch(() => undefined);
}
