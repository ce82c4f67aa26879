/**
 * Wakes the live streams of this process when the event log grows: one LISTEN connection for all of them.
 * Invariant: a missed notification costs a second at most, since every stream also looks by itself.
 */
import { EventEmitter, once } from 'node:events';
import pg from 'pg';

const CHANNEL = 'lockstep_events';
const RECONNECT_MS = 1_000;

const shared = globalThis as typeof globalThis & { lockstepWake?: EventEmitter };

/** The process's bell, listening from the first call on. */
function bell(): EventEmitter {
  if (shared.lockstepWake) return shared.lockstepWake;
  const emitter = new EventEmitter();
  emitter.setMaxListeners(0);
  shared.lockstepWake = emitter;
  void listen(emitter);
  return emitter;
}

async function listen(emitter: EventEmitter): Promise<void> {
  const client = new pg.Client({
    connectionString: process.env.DATABASE_URL_WEB,
    application_name: 'lockstep-live',
    keepAlive: true,
  });
  let retrying = false;
  const again = () => {
    if (retrying) return;
    retrying = true;
    client.end().catch(() => undefined);
    setTimeout(() => void listen(emitter), RECONNECT_MS).unref();
  };
  client.on('error', again);
  client.on('end', again);
  client.on('notification', () => emitter.emit('ring'));
  try {
    await client.connect();
    await client.query(`listen ${CHANNEL}`);
    emitter.emit('ring');
  } catch {
    again();
  }
}

/** Resolves at the next ring, after `ms` at the latest, or when the signal aborts. Never rejects. */
export async function nextRing(ms: number, signal: AbortSignal): Promise<void> {
  const limit = AbortSignal.any([signal, AbortSignal.timeout(ms)]);
  await once(bell(), 'ring', { signal: limit }).catch(() => undefined);
}
