/**
 * Preloaded into web and worker: when the supervisor is gone, however it ended, they stop too.
 *
 * Without it a killed supervisor would leave a web process on its port, in the way of the next start.
 */
import { rmSync } from 'node:fs';

const FORCED_AFTER_MS = 15_000;

process.once('disconnect', () => {
  // the supervisor had no chance to take back what it announced
  if (process.env.LOCKSTEP_READY_FILE) rmSync(process.env.LOCKSTEP_READY_FILE, { force: true });
  setTimeout(() => process.exit(1), FORCED_AFTER_MS).unref();
  process.kill(process.pid, 'SIGTERM');
});
// the channel is there to be lost, not to keep the process alive
process.channel?.unref();
