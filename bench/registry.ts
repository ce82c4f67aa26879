/** The rows of the bench: a table of contents, in the order in which they run. */
import type { Row } from './row.ts';
import { coldStart } from './rows/cold-start.ts';
import { crossing } from './rows/crossing.ts';
import { fanOut } from './rows/fan-out.ts';
import { alertLatency, firstOrder } from './rows/latency.ts';
import { memory } from './rows/memory.ts';
import { reads } from './rows/reads.ts';
import { stops } from './rows/stops.ts';
import { ticks } from './rows/ticks.ts';
import { burst, webhook } from './rows/webhook.ts';
import { workers } from './rows/workers.ts';

export const ROWS: readonly Row[] = [
  webhook,
  burst,
  fanOut,
  alertLatency,
  firstOrder,
  ticks,
  stops,
  crossing,
  reads,
  coldStart,
  workers,
  memory,
];
