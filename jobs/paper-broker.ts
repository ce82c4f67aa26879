/** The clockwork that lets the paper broker's due fills happen, in every worker that executes. Entry point: startPaperClock. */
import type { Logger } from 'pino';
import type { PaperEngine } from '#server/broker/paper/engine.ts';
import { pause } from './sweeper.ts';

/** Between two looks at what is due (ms): well below the broker's own latency of 20–80 ms. */
const TICK_MS = 15;

/** Delivers due fills until stopped. */
export function startPaperClock(engine: PaperEngine, log: Logger): () => Promise<void> {
  const stop = new AbortController();
  const running = (async () => {
    while (!stop.signal.aborted) {
      const told = await engine.deliverDueFills().catch((error: unknown) => {
        log.error({ err: error }, 'the paper broker could not deliver its fills');
        return 0;
      });
      if (told === 0) await pause(TICK_MS, stop.signal);
    }
  })();
  return async () => {
    stop.abort();
    await running;
  };
}
